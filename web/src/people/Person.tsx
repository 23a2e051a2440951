import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Descriptions, Flex, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { api, send, whole, type Schemas } from '../api/client'
import { useMay } from '../app/queries'
import { Ask } from '../parts/Ask'
import { lost } from '../parts/lost'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Secret } from '../parts/Secret'
import { Waiting } from '../parts/Waiting'
import { day, moment } from '../words/format'
import { Held } from './Held'
import { administers } from './roles'
import { Status } from './Status'

type Asking = 'rename' | 'disable' | 'enable' | 'reset' | 'link'

/** One account: the system administrator keeps it, the security administrator gives its posts, the auditor reads what became of it. */
export default function Person() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const may = useMay()
  const { user: id = '' } = useParams()
  const [asking, setAsking] = useState<Asking>()
  const [secret, setSecret] = useState<string>()
  const ways = useQuery({ queryKey: ['ways'], staleTime: Infinity, queryFn: ({ signal }) => whole(api.GET('/session', { signal })) })
  const found = useQuery({ queryKey: ['users', 'one', id], queryFn: ({ signal }) => whole(api.GET('/users/{userId}', { params: { path: { userId: id } }, signal })) })
  if (found.isPending) return <Waiting />
  if (lost(found)) return <Says failure={found.error} />
  const { user, posts } = found.data
  const path = `/users/${encodeURIComponent(id)}`
  const again = async () => {
    void client.invalidateQueries({ queryKey: ['clock'] }) // a post that begins now has begun
    await client.invalidateQueries({ queryKey: ['users'] })
  }
  const change = async (to: Partial<Schemas['AccountChange']>) => {
    await send(path, { name: user.name, disabled: user.disabled ?? false, ...to } satisfies Schemas['AccountChange'], { method: 'PUT' })
    message.success(t('admin.done'))
    await again()
  }
  const reset = async () => {
    setSecret((await send<Schemas['OneTimePassword']>(`${path}/password`, undefined)).password)
    await again()
  }
  const link = async ({ subject = '' }: { subject?: string }) => {
    await send(`${path}/subject`, { subject: subject.trim() } satisfies Schemas['AccountLink'], { method: 'PUT' })
    message.success(t('admin.done'))
    await again()
  }
  const close = () => setAsking(undefined)
  const { name } = user
  const onServer = posts.some((p) => administers(p.role))
  return (
    <Page title={name} extra={<Link to="/people">{t('admin.accounts')}</Link>}>
      <Card size="small" className="facts">
        <Descriptions
          size="small" column={{ xs: 1, md: 2, xl: 3 }}
          items={[
            { label: t('admin.account'), children: user.account },
            { label: t('admin.anyState'), children: <Status user={user} /> },
            { label: t('session.signOn'), children: user.subject ? <span className="breaks">{user.subject}</span> : t('admin.notLinked') },
            { label: t('admin.lastUsed'), children: user.lastUsed ? moment(user.lastUsed) : '' },
            { label: t('admin.created'), children: user.created ? day(user.created) : '' },
            ...(may('listAudit') ? [{ label: t('nav.audit'), children: <Link to={`/audit?subject=${encodeURIComponent(`user/${id}`)}`}>{t('admin.auditOf')}</Link> }] : []),
          ]}
        />
        {user.lockedUntil && <Alert type="warning" showIcon className="after" title={t('admin.lockedUntil', { at: moment(user.lockedUntil) })} />}
        {user.unused && <Alert type="warning" showIcon className="after" title={t('admin.unusedWhy')} />}
        {may('changeUser') && (
          <Flex gap="small" wrap className="acts">
            <Button onClick={() => setAsking('rename')}>{t('admin.rename')}</Button>
            <Button onClick={() => setAsking('reset')} disabled={onServer}>{t('admin.reset')}</Button>
            {(ways.data?.signOn || user.subject) && <Button onClick={() => setAsking('link')} disabled={onServer}>{t('admin.link')}</Button>}
            {user.disabled ? <Button type="primary" onClick={() => setAsking('enable')}>{t('admin.enable')}</Button> : <Button danger onClick={() => setAsking('disable')}>{t('admin.disable')}</Button>}
            {onServer && <span className="small hint">{t('admin.onServer')}</span>}
          </Flex>
        )}
      </Card>
      <Held user={user} posts={posts} again={again} />
      {asking === 'rename' && (
        <Ask<{ name: string }> title={t('admin.rename')} ok={t('say.save')} initial={{ name }} submit={(given) => change(given)} close={close}>
          <Form.Item name="name" label={t('admin.name')} extra={t('admin.nameRule')} rules={[{ required: true, whitespace: true, message: t('say.required') }]}><Input maxLength={60} autoFocus /></Form.Item>
        </Ask>
      )}
      {asking === 'disable' && <Ask title={t('admin.disable')} ok={t('admin.disable')} danger submit={() => change({ disabled: true })} close={close}>{t('admin.disableSure', { name })}</Ask>}
      {asking === 'enable' && <Ask title={t('admin.enable')} ok={t('admin.enable')} submit={() => change({ disabled: false })} close={close}>{t('admin.enableSure', { name })}</Ask>}
      {asking === 'reset' && <Ask title={t('admin.reset')} ok={t('admin.reset')} danger submit={reset} close={close}>{t('admin.resetSure', { name })}</Ask>}
      {asking === 'link' && (
        <Ask<{ subject?: string }> title={t('admin.link')} ok={t('say.save')} initial={{ subject: user.subject?.split(' ').at(-1) }} submit={link} close={close}>
          <Form.Item name="subject" label={t('admin.subject')} extra={t('admin.subjectRule')}><Input maxLength={255} autoComplete="off" autoFocus /></Form.Item>
        </Ask>
      )}
      {secret && <Secret title={t('admin.resetTitle', { name })} secret={secret} why={t('admin.resetWhy')} close={() => setSecret(undefined)} />}
    </Page>
  )
}
