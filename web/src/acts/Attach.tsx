import { DeleteOutlined, PaperClipOutlined, UploadOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Flex, Progress, Typography, Upload } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { api, newKey, Refused, upload, whole } from '../api/client'
import { useMay } from '../app/queries'
import { size } from '../words/format'

/** A file of a form: on its way, there under an id, or refused. */
export interface Attached {
  key: string
  name: string
  share?: number
  id?: string
  failure?: string
}

export const kinds = '.pdf,.ofd,.docx,.xlsx,.jpg,.jpeg,.png,.dwg,.zip'

/** Files of mine that are uploaded and not handed in yet. */
export function useDrafts(project: string) {
  const may = useMay()
  const found = useQuery({
    queryKey: ['project', project, 'files', 'drafts'], enabled: may('uploadFile'),
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/files', { params: { path: { projectId: project }, query: { limit: 100 } }, signal })),
  })
  return (found.data?.items ?? []).filter((f) => f.uses.length === 0 && f.state !== 'refused')
}

/** Refuses to send while a file is on its way, or did not arrive. */
export function useUploaded() {
  const { t } = useTranslation()
  return {
    validator: (_: unknown, files: Attached[] | undefined) =>
      files?.some((f) => f.failure) ? Promise.reject(new Error(t('attach.refused'))) : files?.some((f) => !f.id) ? Promise.reject(new Error(t('attach.wait'))) : Promise.resolve(),
  }
}

/** Files to be handed in: chosen here and uploaded at once, or uploaded before. */
export function Attach({ project, post, value = [], onChange, only = '' }: { project: string; post: string; value?: Attached[]; onChange?: (files: Attached[]) => void; only?: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const drafts = useDrafts(project).filter((d) => !value.some((v) => v.id === d.id))
  const now = useRef(value)
  useEffect(() => { now.current = value }, [value])
  const set = (files: Attached[]) => {
    now.current = files
    onChange?.(files)
  }
  const change = (key: string, what: Partial<Attached>) => set(now.current.map((f) => (f.key === key ? { ...f, ...what } : f)))
  const take = async (file: File) => {
    const key = newKey()
    set([...now.current, { key, name: file.name, share: 0 }])
    try {
      const { id } = await upload(project, post, file, (share) => change(key, { share }))
      if (now.current.some((f) => f.key !== key && f.id === id)) set(now.current.filter((f) => f.key !== key)) // it is named already
      else change(key, { id, share: undefined })
    } catch (e) {
      change(key, { share: undefined, failure: e instanceof Refused ? e.message : t('attach.failed') })
    }
    void client.invalidateQueries({ queryKey: ['project', project, 'files'] })
  }
  return (
    <Flex vertical gap={4} className="attach">
      {value.map((f) => (
        <Flex key={f.key} gap="small" align="center">
          <PaperClipOutlined aria-hidden />
          <Typography.Text className="attach-name" ellipsis={{ tooltip: f.name }} {...(f.failure ? { type: 'danger' as const } : {})}>{f.name}{f.failure && ` · ${f.failure}`}</Typography.Text>
          {f.share !== undefined && <Progress aria-label={f.name} percent={Math.round(f.share * 100)} size="small" className="share" />}
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${t('attach.without')} ${f.name}`} onClick={() => set(value.filter((o) => o.key !== f.key))} />
        </Flex>
      ))}
      <Flex gap="small" wrap>
        <Upload multiple showUploadList={false} beforeUpload={(file) => { void take(file); return false }} accept={kinds}><Button size="small" icon={<UploadOutlined />}>{t('field.upload')}{only && ` · ${only}`}</Button></Upload>
        {drafts.length > 0 && (
          <Dropdown trigger={['click']} menu={{
            items: drafts.map((d) => ({ key: d.id, label: `${d.name} (${size(d.size)})` })),
            onClick: ({ key }) => set([...value, { key, id: key, name: drafts.find((d) => d.id === key)?.name ?? key }]),
          }}>
            <Button size="small">{t('attach.before', { count: drafts.length })}</Button>
          </Dropdown>
        )}
      </Flex>
    </Flex>
  )
}
