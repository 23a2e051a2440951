import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Drawer, Flex, Form, Typography, type UploadFile } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { act as send, newKey, Refused, send as sendFile, Unreachable, type Schemas } from '../api/client'
import { pathOfOperation } from '../api/paths.gen'
import { useNames } from '../app/names'
import { useMe } from '../app/queries'
import { Says } from '../parts/Says'
import { bodyOf, type Typed } from './body'
import { forms, type Acting, type Form as ActFields } from './catalog'
import type { About } from './choices'
import { Fields } from './Fields'

/** One act, with what it asks. What was typed stays until it is done; the same try has the same key, so that it is done once. */
export function ActForm({ about, close }: { about: About; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const names = useNames()
  const { posts } = useMe()
  const { act, project } = about
  const operation = act.operation as Acting
  const { fields, grave }: ActFields = forms[operation]
  const [form] = Form.useForm<Typed>()
  const [key, setKey] = useState(newKey)
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const post = posts.find((p) => p.id === act.post)
  const name = t(`acts.${operation}`)
  const submit = async (typed: Typed) => {
    if (busy) return
    setBusy(true)
    setFailure(undefined)
    try {
      const body = bodyOf(fields, typed)
      const files = (typed.files as UploadFile[] | undefined) ?? []
      if (body && files.length) body.files = await uploaded(project.row.id, act.post, files, body.papers as string[] | undefined)
      await send(pathOf(about), body, { key, post: act.post })
      message.success(t('acts.done', { act: name }))
      close()
    } catch (e) {
      setFailure(e)
      if (e instanceof Refused) {
        setKey(newKey()) // it was refused for good: what is sent next is another
        form.setFields(e.problem.errors?.map((f) => ({ name: f.field.split('/').filter(Boolean).map((p) => (/^\d+$/.test(p) ? Number(p) : p)) as never, errors: [f.detail] })) ?? [])
      }
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: ['project', project.row.id] })
      void client.invalidateQueries({ queryKey: ['tasks'] })
    }
  }
  return (
    <Drawer
      open title={name} onClose={close} size="large" mask={{ closable: false }} destroyOnHidden
      footer={(
        <Flex gap="small" justify="end">
          <Button onClick={close}>{t('session.cancel')}</Button>
          <Button type="primary" danger={grave} loading={busy} onClick={form.submit}>{failure instanceof Unreachable ? t('say.sendAgain') : name}</Button>
        </Flex>
      )}
    >
      {post && <Typography.Paragraph type="secondary">{t('acts.post', { post: names.post(post) })}</Typography.Paragraph>}
      {grave && <Alert type="warning" showIcon title={t('acts.grave')} className="spaced" />}
      <Says failure={failure} acting />
      <Form form={form} layout="vertical" onFinish={submit} scrollToFirstError disabled={busy}>
        {fields.length === 0 && <Typography.Paragraph>{t('acts.noFields', { act: name })}</Typography.Paragraph>}
        <Fields fields={fields} about={about} />
      </Form>
    </Drawer>
  )
}

function pathOf({ project, act }: About): string {
  const params: Record<string, string> = { ...act.params, projectId: project.row.id }
  return pathOfOperation[act.operation as Acting].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

/** Uploads files and names them in the act; with several papers the first takes them. */
async function uploaded(project: string, post: string, files: UploadFile[], papers: readonly string[] | undefined) {
  const kept: { file: string; paper?: string }[] = []
  for (const f of files) {
    if (!f.originFileObj) continue
    const { id } = await sendFile<Schemas['File']>(`/projects/${project}/files?name=${encodeURIComponent(f.name)}`, f.originFileObj, { post })
    kept.push(papers?.[0] ? { file: id, paper: papers[0] } : { file: id })
  }
  return kept
}
