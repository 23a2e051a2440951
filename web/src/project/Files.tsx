import { DeleteOutlined, UploadOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Empty, Flex, Popconfirm, Progress, Table, Tag, Typography, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { actsQuery } from '../acts/Acts'
import { kinds } from '../acts/Attach'
import { api, send, upload, whole, type Schemas } from '../api/client'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { moment, month, text } from '../words/format'
import { Actor } from './Actor'
import { FileLink } from './FileLink'

type File = Schemas['File']

/** The files of a project: what was handed in with what, and what is uploaded and waits to be. */
export function Files({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [turned, setTurned] = useState<Turned>([])
  const [failure, setFailure] = useState<unknown>()
  const id = p.row.id
  const files = useQuery({
    queryKey: ['project', id, 'files', 'page', turned.at(-1)], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/files', { params: { path: { projectId: id }, query: { limit: 50, cursor: turned.at(-1) } }, signal })),
  })
  const acts = useQuery(actsQuery(id))
  const post = acts.data?.items.find((a) => a.operation === 'uploadFile')?.post
  const again = () => client.invalidateQueries({ queryKey: ['project', id, 'files'] })
  const remove = async (f: File) => {
    setFailure(undefined)
    try {
      await send(`/projects/${id}/files/${f.id}`, undefined, { method: 'DELETE', post })
      message.success(t('life.file.removed'))
    } catch (e) {
      setFailure(e)
    }
    await again()
  }
  return (
    <>
      {post && <Uploads project={id} post={post} come={() => void again()} />}
      <Says failure={failure ?? files.error} acting={!!failure} />
      <Table<File>
        size="middle" rowKey="id" dataSource={files.data?.items} loading={files.isPending} pagination={false} scroll={{ x: 800 }} locale={{ emptyText: <Empty description={t('life.file.empty')} /> }}
        columns={[
          { title: t('life.file.name'), render: (_, f) => <><FileLink project={id} file={f} />{f.found && <div className="small">{f.found}</div>}</> },
          { title: t('life.file.use'), render: (_, f) => (f.uses.length ? <Uses p={p} file={f} /> : <Tag color="gold">{t('life.file.draft')}</Tag>) },
          { title: t('life.file.by'), width: 190, render: (_, f) => <Actor actor={f.by} /> },
          { title: t('life.file.at'), width: 180, render: (_, f) => moment(f.uploaded) },
          {
            title: '', key: 'remove', width: 60,
            render: (_, f) => post && f.uses.length === 0 && (
              <Popconfirm title={t('life.file.removeSure')} okText={t('life.file.remove')} cancelText={t('session.cancel')} onConfirm={() => remove(f)}>
                <Button type="text" icon={<DeleteOutlined />} aria-label={`${t('life.file.remove')} ${f.name}`} className="no-print" />
              </Popconfirm>
            ),
          },
        ]}
      />
      <Pager turned={turned} next={files.data?.next} turn={setTurned} />
    </>
  )
}

/** With what a file was handed in; the line of the timeline is one click away. */
export function Uses({ p, file }: { p: Schemas['Project']; file: File }) {
  const { t } = useTranslation()
  const what = (u: Schemas['FileUse']) => (u.item ? text(p.items.find((i) => i.key === u.item)?.name) || u.item : u.period ? `${month(u.period)} ${t('project.reports')}` : t('project.timeline'))
  return <Flex vertical>{file.uses.map((u) => <Link key={`${u.seq}/${u.paper ?? ''}`} to={`/projects/${p.row.id}/timeline?at=${u.seq}`}>{t('life.file.with', { what: what(u) })}</Link>)}</Flex>
}

type Coming = { name: string; share: number; failure?: unknown }

function Uploads({ project, post, come }: { project: string; post: string; come: () => void }) {
  const { t } = useTranslation()
  const [coming, setComing] = useState<readonly Coming[]>([])
  const take = async (file: globalThis.File) => {
    const change = (what: Partial<Coming>) => setComing((all) => all.map((c) => (c.name === file.name ? { ...c, ...what } : c)))
    setComing((all) => [...all.filter((c) => c.name !== file.name), { name: file.name, share: 0 }])
    try {
      await upload(project, post, file, (share) => change({ share }))
      setComing((all) => all.filter((c) => c.name !== file.name))
      come()
    } catch (failure) {
      change({ failure })
    }
  }
  return (
    <div className="bar no-print">
      <Flex gap="small" wrap align="center">
        <Upload multiple showUploadList={false} accept={kinds} beforeUpload={(f) => { void take(f); return false }}><Button icon={<UploadOutlined />}>{t('life.file.upload')}</Button></Upload>
        <Typography.Text type="secondary">{t('life.file.uploadHint')}</Typography.Text>
      </Flex>
      {coming.map((c) => (
        <div key={c.name}>
          {c.failure ? <Says failure={c.failure} acting /> : null}
          <Flex gap="small" align="center">{c.name}{!c.failure && <Progress aria-label={c.name} percent={Math.round(c.share * 100)} size="small" className="share" />}</Flex>
        </div>
      ))}
    </div>
  )
}
