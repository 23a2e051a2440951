import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Empty, Flex, Form, Input, Select, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, send, whole, type Schemas } from '../api/client'
import { useMay } from '../app/queries'
import { Ask } from '../parts/Ask'
import { Page } from '../parts/Page'
import { Pager } from '../parts/Pager'
import { Places } from '../parts/Places'
import { Says } from '../parts/Says'
import { Secret } from '../parts/Secret'
import { useLook, useTurned } from '../parts/turned'
import { day, moment } from '../words/format'
import { roles } from './roles'
import { Status } from './Status'

type User = Schemas['User']

/** The accounts: who there is, and what each may do. */
export default function People() {
  const { t } = useTranslation()
  const may = useMay()
  const [params, look] = useLook()
  const [turned, turn] = useTurned()
  const filter = { q: params.get('q') ?? undefined, role: params.get('role') ?? undefined, jurisdiction: params.get('jurisdiction') ?? undefined, state: params.get('state') ?? undefined }
  const query = { ...filter, limit: 50, cursor: turned.at(-1) } as never
  const found = useQuery({ queryKey: ['users', query], placeholderData: keepPreviousData, queryFn: ({ signal }) => whole(api.GET('/users', { params: { query }, signal })) })
  return (
    <Page title={t('admin.accounts')} extra={may('createUser') && <Create />}>
      <Typography.Paragraph type="secondary">{t('admin.separate')} {t(may('createUser') ? 'admin.youMake' : may('givePost') ? 'admin.youGive' : 'admin.youRead')}</Typography.Paragraph>
      <Flex gap="small" wrap className="bar no-print">
        <Input.Search key={filter.q} className="text" allowClear placeholder={t('admin.search')} aria-label={t('admin.search')} defaultValue={filter.q} maxLength={100} onSearch={(q) => look({ q })} />
        <Select allowClear placeholder={t('admin.anyRole')} aria-label={t('admin.anyRole')} value={filter.role} onChange={(role?: string) => look({ role })} popupMatchSelectWidth={false} className="pick" options={roles.map((r) => ({ value: r, label: t(`role.${r}`) }))} />
        <Places value={filter.jurisdiction} choose={(jurisdiction) => look({ jurisdiction })} />
        <Select allowClear placeholder={t('admin.anyState')} aria-label={t('admin.anyState')} value={filter.state} onChange={(state?: string) => look({ state })} popupMatchSelectWidth={false} className="pick" options={(['enabled', 'disabled'] as const).map((s) => ({ value: s, label: t(`admin.${s}`) }))} />
        {Object.values(filter).some(Boolean) && <Button type="link" onClick={() => look({ q: undefined, role: undefined, jurisdiction: undefined, state: undefined })}>{t('say.reset')}</Button>}
      </Flex>
      <Says failure={found.error} />
      <Table<User>
        size="small" rowKey="id" dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 930 }}
        locale={{ emptyText: <Empty description={<>{t('admin.noAccounts')}<br /><Typography.Text type="secondary">{t('admin.noAccountsHint')}</Typography.Text></>} /> }}
        columns={[
          { title: t('admin.name'), render: (_, u) => <Link to={`/people/${encodeURIComponent(u.id)}`}>{u.name}</Link> },
          { title: t('admin.account'), width: 180, render: (_, u) => u.account },
          { title: t('admin.anyState'), width: 130, render: (_, u) => <Status user={u} /> },
          { title: t('session.signOn'), width: 120, render: (_, u) => u.subject && <Tag>{t('admin.linked')}</Tag> },
          { title: t('admin.lastUsed'), width: 180, render: (_, u) => u.lastUsed && moment(u.lastUsed) },
          { title: t('admin.created'), width: 140, render: (_, u) => u.created && day(u.created) },
        ]}
      />
      <Pager turned={turned} next={found.data?.next} turn={turn} />
    </Page>
  )
}

/** A new account. Its password is shown once. */
function Create() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [made, setMade] = useState<Schemas['IssuedAccount']>()
  const create = async (given: Schemas['NewAccount']) => {
    setMade(await send<Schemas['IssuedAccount']>('/users', given))
    await client.invalidateQueries({ queryKey: ['users'] })
  }
  const required = { required: true, message: t('say.required') }
  return (
    <>
      <Button type="primary" onClick={() => setAsking(true)}>{t('admin.create')}</Button>
      {asking && (
        <Ask<Schemas['NewAccount']> title={t('admin.create')} ok={t('admin.create')} submit={create} close={() => setAsking(false)}>
          <Form.Item name="account" label={t('admin.account')} extra={t('admin.accountRule')} rules={[required, { pattern: /^[a-z0-9][a-z0-9._-]{1,63}$/, message: t('admin.accountRule') }]}><Input maxLength={64} autoComplete="off" autoFocus /></Form.Item>
          <Form.Item name="name" label={t('admin.name')} extra={t('admin.nameRule')} rules={[{ ...required, whitespace: true }]}><Input maxLength={60} autoComplete="off" /></Form.Item>
        </Ask>
      )}
      {made && <Secret title={t('admin.createdTitle', { name: made.user.name })} secret={made.password} why={t('admin.passwordWhy')} close={() => setMade(undefined)} />}
    </>
  )
}
