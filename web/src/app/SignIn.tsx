import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card, Divider, Flex, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { Says } from '../parts/Says'
import { me } from './queries'
import { Tongue } from './Tongue'

/** The door: what is behind it stays as it was. */
export function SignIn({ ended = false, entered }: { ended?: boolean; entered?: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const ways = useQuery({ queryKey: ['ways'], staleTime: Infinity, queryFn: ({ signal }) => whole(api.GET('/session', { signal })) })
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const enter = async (given: Schemas['Credentials']) => {
    setBusy(true)
    setFailure(undefined)
    try {
      const before = client.getQueryData(me.queryKey)
      const who = await send<Schemas['Me']>('/session', given)
      if (before && before.user.id !== who.user.id) return window.location.assign('/') // what is behind the door was another's
      client.setQueryData(me.queryKey, who)
      entered?.()
      await client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'me' })
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Flex component="main" align="center" justify="center" className="door">
      <Card className="door-card">
        <Flex justify="space-between" align="baseline">
          <Typography.Title level={1} className="door-title">{t('session.title')}</Typography.Title>
          <Tongue />
        </Flex>
        {ended && <Alert type="info" showIcon title={t('session.ended')} className="spaced" />}
        <Says failure={failure} />
        <Form<Schemas['Credentials']> layout="vertical" requiredMark={false} onFinish={enter} disabled={busy}>
          <Form.Item name="account" label={t('session.account')} rules={[{ required: true, message: t('session.required') }]}>
            <Input autoComplete="username" autoFocus size="large" maxLength={64} />
          </Form.Item>
          <Form.Item name="password" label={t('session.password')} rules={[{ required: true, message: t('session.required') }]}>
            <Input.Password autoComplete="current-password" size="large" maxLength={256} />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>{t('session.signIn')}</Button>
        </Form>
        {ways.data?.signOn && (
          <>
            <Divider plain>{t('session.or')}</Divider>
            <Button block size="large" href="/api/v1/session/oidc">{t('session.signOn')}</Button>
          </>
        )}
      </Card>
    </Flex>
  )
}
