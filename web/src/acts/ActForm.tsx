import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Drawer, Flex, Form, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { act as send, judged, newKey, send as ask, Unreachable, type Schemas } from '../api/client'
import { pathOfOperation } from '../api/paths.gen'
import { useNames } from '../app/names'
import { pack as packOf, useMe } from '../app/queries'
import { faultsOf } from '../parts/faults'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { text } from '../words/format'
import { bodyOf, type Typed } from './body'
import { forms, type Acting, type Form as ActFields } from './catalog'
import type { About } from './choices'
import { Fields } from './Fields'
import { Known, useReports } from './Known'
import { totalOf, type Mark } from './marks'
import { packFor, prefill } from './prefill'

/** One act, with what it asks. What was typed stays until it is done; the same try has the same key, so that it is done once. */
export function ActForm({ project, act, close }: { project: Schemas['Project']; act: Schemas['Act']; close: (done?: boolean) => void }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const client = useQueryClient()
  const names = useNames()
  const { posts } = useMe()
  const operation = act.operation as Acting
  const { fields, grave }: ActFields = forms[operation]
  const [form] = Form.useForm<Typed>()
  const [key, setKey] = useState(newKey)
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [follows, setFollows] = useState<Schemas['Receipt']>()
  const pack = useQuery(packOf(packFor(project, act)))
  const [begun] = useState(project) // what is typed is about the project as it was when the form was opened
  const about = pack.data && { project: begun, pack: pack.data, act }
  const post = posts.find((p) => p.id === act.post)
  const name = t(`acts.${operation}`)
  const submit = async (typed: Typed) => {
    if (busy) return
    if (typed.marks && !(await modal.confirm({ title: t('desk.sure', { total: totalOf(Object.values(typed.marks as Record<string, Mark>)) }), content: t('desk.sureWhy'), okText: name, cancelText: t('session.cancel'), okButtonProps: { danger: true } }))) return
    setBusy(true)
    setFailure(undefined)
    try {
      await send(pathOf(project, act), bodyOf(fields, typed), { key, post: act.post })
      message.success(t('acts.done', { act: name }))
      close(true)
    } catch (e) {
      setFailure(e)
      if (judged(e)) setKey(newKey())
      form.setFields(faultsOf(e))
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: ['project', project.row.id] })
      void client.invalidateQueries({ queryKey: ['tasks'] })
      void client.invalidateQueries({ queryKey: ['projects'] })
    }
  }
  const preview = async () => {
    setFailure(undefined)
    setFollows(undefined)
    try {
      const typed = await form.validateFields()
      setBusy(true)
      setFollows(await ask<Schemas['Receipt']>(`${pathOf(project, act)}?preview=true`, bodyOf(fields, typed), { key: newKey(), post: act.post }))
    } catch (e) {
      if (e instanceof Error) setFailure(e)
      form.setFields(faultsOf(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Drawer
      open title={name} onClose={() => close()} size="large" mask={{ closable: false }} destroyOnHidden
      footer={(
        <Flex gap="small" justify="end" wrap>
          <Button onClick={() => void preview()} disabled={busy || !about}>{t('attach.preview')}</Button>
          <span className="grow" />
          <Button onClick={() => close()}>{t('session.cancel')}</Button>
          <Button type="primary" danger={grave} loading={busy} disabled={!about} onClick={form.submit}>{failure instanceof Unreachable ? t('say.sendAgain') : name}</Button>
        </Flex>
      )}
    >
      {post && <Typography.Paragraph type="secondary">{t('acts.post', { post: names.post(post) })} · {project.row.name}</Typography.Paragraph>}
      {grave && <Alert type="warning" showIcon title={t('acts.grave')} className="spaced" />}
      <Says failure={failure ?? pack.error} acting={!!failure} />
      {follows && <Follows receipt={follows} />}
      {about ? <Content about={about} form={form} busy={busy} submit={submit} typed={() => setFollows(undefined)} /> : !pack.error && <Waiting />}
    </Drawer>
  )
}

function Content({ about, form, busy, submit, typed }: { about: About; form: ReturnType<typeof Form.useForm<Typed>>[0]; busy: boolean; submit: (typed: Typed) => Promise<void>; typed: () => void }) {
  const { t } = useTranslation()
  const operation = about.act.operation as Acting
  const { fields }: ActFields = forms[operation]
  const reports = useReports(about)
  if (reports.isLoading) return <Waiting />
  return (
    <Form form={form} layout="vertical" initialValues={prefill(about, reports.data)} onFinish={submit} onValuesChange={typed} scrollToFirstError disabled={busy}>
      <Known about={about} />
      {fields.length === 0 && <Typography.Paragraph>{t('acts.noFields', { act: t(`acts.${operation}`) })}</Typography.Paragraph>}
      <Fields fields={fields} about={about} />
    </Form>
  )
}

/** What would be recorded. */
function Follows({ receipt }: { receipt: Schemas['Receipt'] }) {
  const { t } = useTranslation()
  const lines = receipt.entries
  return <Alert type="info" showIcon className="spaced" title={lines.length ? t('attach.previewed') : t('attach.noEffect')} description={lines.length > 0 && <ul className="plain">{lines.map((e, i) => <li key={i}>{text(e.text)}</li>)}</ul>} />
}

function pathOf(project: Schemas['Project'], act: Schemas['Act']): string {
  const params: Record<string, string> = { ...act.params, projectId: project.row.id }
  return pathOfOperation[act.operation as Acting].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}
