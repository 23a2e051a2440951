import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Flex, Form, Result, Select, Tabs, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { profileOf, type TypedProfile } from '../acts/declaration'
import { ProfileFields } from '../acts/ProfileFields'
import { act, judged, newKey, Refused, send, Unreachable, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Nowhere } from '../app/Nowhere'
import { useMe } from '../app/queries'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { moment, text } from '../words/format'
import { discard, draftOf, keep } from './draft'
import { ImportTable } from './ImportTable'
import { useMyJurisdiction, usePackIn } from './queries'

const declarers: readonly Schemas['Role'][] = ['office', 'owner', 'liaison']

/** Puts projects forward: one by typing it in, many from a table. */
export default function Declare() {
  const { t } = useTranslation()
  const names = useNames()
  const { posts } = useMe()
  const [params, setParams] = useSearchParams()
  const may = posts.filter((p) => declarers.includes(p.role))
  const post = may.find((p) => p.id === params.get('post')) ?? may[0]
  const put = (name: string, value?: string) => setParams((old) => { if (value) old.set(name, value); else old.delete(name); return old }, { replace: true })
  if (!post) return <Nowhere />
  return (
    <Page
      title={t('office.declare.title')}
      extra={may.length > 1 && <Select aria-label={t('office.declare.post')} value={post.id} onChange={(v) => put('post', v)} popupMatchSelectWidth={false} options={may.map((p) => ({ value: p.id, label: names.post(p) }))} />}
    >
      <Tabs
        activeKey={params.get('tab') ?? 'one'} onChange={(v) => put('tab', v === 'one' ? undefined : v)}
        items={[
          { key: 'one', label: t('office.declare.one'), children: <One key={post.id} post={post} /> },
          { key: 'many', label: t('office.declare.many'), children: <ImportTable key={post.id} post={post.id} /> },
        ]}
      />
    </Page>
  )
}

interface Typed { profile: TypedProfile }

/** One declaration. What is typed is kept until it is declared. */
function One({ post }: { post: Schemas['Post'] }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { user } = useMe()
  const top = useMyJurisdiction(post.role)
  const { pack, none } = usePackIn(post.jurisdiction ?? top)
  const [form] = Form.useForm<Typed>()
  const [draft, setDraft] = useState(() => draftOf(user.id))
  const [key, setKey] = useState(newKey)
  const [failure, setFailure] = useState<unknown>()
  const [foreseen, setForeseen] = useState<Schemas['Receipt']>()
  const [done, setDone] = useState<{ project: string; name: string }>()
  const [busy, setBusy] = useState<'preview' | 'declare'>()
  // Owners and liaison officers declare for their own party.
  const own: Partial<TypedProfile> = post.role === 'owner' ? { owner: post.party } : post.role === 'liaison' ? { unit: post.party } : {}
  const fixed = post.role === 'owner' ? ['owner' as const] : post.role === 'liaison' ? ['unit' as const] : []
  if (none) return <Alert type="warning" showIcon title={t('office.declare.noPack')} />
  if (!pack) return <Waiting />
  if (done) {
    return (
      <Result
        status="success" title={t('office.declare.done', { name: done.name })}
        extra={[<Link key="open" to={`/projects/${done.project}`}><Button type="primary">{t('office.declare.open')}</Button></Link>, <Button key="more" onClick={() => { form.resetFields(); setDone(undefined) }}>{t('office.declare.another')}</Button>]}
      />
    )
  }
  const tell = (e: unknown) => {
    setFailure(e)
    if (judged(e)) setKey(newKey())
    if (!(e instanceof Refused)) return
    const faults = e.problem.errors ?? (e.problem.field ? [{ field: e.problem.field, detail: e.problem.detail ?? e.problem.title }] : [])
    form.setFields(faults.filter((f) => f.field.startsWith('/profile/')).map((f) => ({ name: f.field.split('/').filter(Boolean).map((p) => (/^\d+$/.test(p) ? Number(p) : p)) as never, errors: [f.detail] })))
  }
  const preview = async () => {
    const typed = await form.validateFields().catch(() => undefined)
    if (!typed) return
    setBusy('preview')
    setFailure(undefined)
    try {
      setForeseen(await send<Schemas['Receipt']>('/projects?preview=true', { profile: profileOf(typed.profile) }, { key: newKey(), post: post.id }))
    } catch (e) {
      setForeseen(undefined)
      tell(e)
    } finally {
      setBusy(undefined)
    }
  }
  const declare = async (typed: Typed) => {
    setBusy('declare')
    setFailure(undefined)
    try {
      const { project } = await act('/projects', { profile: profileOf(typed.profile) }, { key, post: post.id })
      discard(user.id)
      setDraft(undefined)
      setForeseen(undefined)
      setKey(newKey())
      setDone({ project, name: typed.profile.name })
      void client.invalidateQueries({ queryKey: ['projects'] })
    } catch (e) {
      tell(e)
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <Card size="small" className="declaration">
      <Typography.Paragraph type="secondary">{t('office.declare.pack', { title: text(pack.title), version: pack.version })} · {t('office.declare.kept')}</Typography.Paragraph>
      {draft && (
        <Alert
          type="info" showIcon className="spaced" title={t('office.declare.draft', { at: moment(draft.at) })}
          action={<Button size="small" onClick={() => { discard(user.id); setDraft(undefined); form.setFieldsValue({ profile: undefined as never }); form.resetFields(); form.setFieldsValue({ profile: own as TypedProfile }); message.success(t('office.declare.discarded')) }}>{t('office.declare.discard')}</Button>}
        />
      )}
      <Form<Typed>
        form={form} layout="vertical" onFinish={declare} scrollToFirstError disabled={busy !== undefined} preserve
        initialValues={{ profile: { ...draft?.profile, ...own } }}
        onValuesChange={(_, all) => { setForeseen(undefined); keep(user.id, all.profile) }}
      >
        <ProfileFields pack={pack} fixed={fixed} />
        <Says failure={failure} acting />
        {foreseen && <Alert type="success" showIcon className="spaced" title={t('office.declare.previewed')} description={<ul className="sayings">{foreseen.entries.map((e) => <li key={e.seq}>{text(e.text)}</li>)}</ul>} />}
        <Flex gap="small" wrap>
          <Button type="primary" htmlType="submit" loading={busy === 'declare'}>{failure instanceof Unreachable ? t('say.sendAgain') : t('office.declare.submit')}</Button>
          <Button loading={busy === 'preview'} onClick={() => void preview()}>{t('office.declare.preview')}</Button>
        </Flex>
      </Form>
    </Card>
  )
}
