import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Empty, Flex, Form, Input, InputNumber, Popconfirm, Radio, Select, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useMe } from '../app/queries'
import { Ask } from '../parts/Ask'
import { Says } from '../parts/Says'
import { Secret } from '../parts/Secret'
import { day, moment } from '../words/format'

type Token = Schemas['Token']
type Request = Schemas['TokenRequest']
const scopes = ['read', 'act', 'sensitive'] as const
const longest = { read: 366, act: 366, sensitive: 31 } as const

const stateOf = (k: Token) => (k.revoked ? 'revoked' : k.expires && Date.parse(k.expires) <= Date.now() ? 'expired' : 'valid')

/** What programs may do in my name. */
export function Tokens() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const names = useNames()
  const { posts } = useMe()
  const [asking, setAsking] = useState(false)
  const [secret, setSecret] = useState<string>()
  const [failure, setFailure] = useState<unknown>()
  const found = useQuery({ queryKey: ['me', 'tokens'], queryFn: ({ signal }) => whole(api.GET('/me/tokens', { signal })) })
  const again = () => client.invalidateQueries({ queryKey: ['me', 'tokens'] })
  const issue = async (given: Request) => {
    setSecret((await send<Schemas['IssuedToken']>('/me/tokens', given)).secret)
    await again()
  }
  const revoke = async (id: string) => {
    setFailure(undefined)
    try {
      await send(`/me/tokens/${encodeURIComponent(id)}`, undefined, { method: 'DELETE' })
      message.success(t('mine.revoked'))
    } catch (e) {
      setFailure(e)
    }
    await again()
  }
  const post = (id?: string) => {
    const held = posts.find((p) => p.id === id)
    return held ? names.post(held) : (id ?? t('mine.anyPost'))
  }
  return (
    <>
      <Flex justify="space-between" gap="small" align="start" className="bar">
        <Typography.Text type="secondary">{t('mine.tokensWhy')}</Typography.Text>
        <Button onClick={() => setAsking(true)}>{t('mine.issue')}</Button>
      </Flex>
      <Says failure={found.error ?? failure} />
      <Table<Token>
        size="small" rowKey="id" dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 850 }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('mine.noTokens')} /> }}
        columns={[
          { title: t('mine.tokenName'), render: (_, k) => <>{k.name}<div className="small"><Typography.Text type="secondary">{post(k.post)}</Typography.Text></div></> },
          { title: t('mine.scope'), width: 130, render: (_, k) => t(`mine.scopes.${k.scope}`) },
          { title: t('mine.created'), width: 140, render: (_, k) => day(k.created) },
          { title: t('mine.expires'), width: 140, render: (_, k) => k.expires && day(k.expires) },
          { title: t('mine.lastUsed'), width: 150, render: (_, k) => (k.lastUsed ? moment(k.lastUsed) : t('mine.never')) },
          { title: t('mine.state'), width: 84, render: (_, k) => <Tag color={stateOf(k) === 'valid' ? 'green' : 'default'}>{t(`mine.${stateOf(k)}`)}</Tag> },
          {
            key: 'act', width: 72,
            render: (_, k) => stateOf(k) === 'valid' && <Popconfirm title={t('mine.revokeSure')} okButtonProps={{ danger: true }} onConfirm={() => revoke(k.id)}><Button size="small" danger>{t('mine.revoke')}</Button></Popconfirm>,
          },
        ]}
      />
      {asking && (
        <Ask<Request> title={t('mine.issue')} ok={t('mine.issue')} initial={{ scope: 'read', days: 31 }} submit={issue} close={() => setAsking(false)}>
          <Form.Item name="name" label={t('mine.tokenName')} rules={[{ required: true, whitespace: true, message: t('say.required') }]}><Input maxLength={100} placeholder={t('mine.tokenNameHint')} /></Form.Item>
          <Form.Item name="scope" label={t('mine.scope')}>
            <Radio.Group className="stacked" options={scopes.map((s) => ({ value: s, label: <>{t(`mine.scopes.${s}`)} <Typography.Text type="secondary" className="small">{t(`mine.scopesWhy.${s}`)}</Typography.Text></> }))} />
          </Form.Item>
          <Form.Item noStyle shouldUpdate={(a: Request, b: Request) => a.scope !== b.scope}>
            {({ getFieldValue }) => {
              const most = longest[getFieldValue('scope') as Request['scope']]
              return (
                <Form.Item name="days" label={t('mine.days')} rules={[{ required: true, type: 'integer', min: 1, max: most, message: t('field.range', { from: 1, to: most }) }]}>
                  <InputNumber min={1} max={most} precision={0} />
                </Form.Item>
              )
            }}
          </Form.Item>
          {posts.length > 1 && <Form.Item name="post" label={t('mine.post')}><Select allowClear placeholder={t('mine.anyPost')} options={posts.map((p) => ({ value: p.id, label: names.post(p) }))} /></Form.Item>}
        </Ask>
      )}
      {secret && <Secret title={t('mine.issued')} secret={secret} why={t('mine.secretWhy')} close={() => setSecret(undefined)} />}
    </>
  )
}
