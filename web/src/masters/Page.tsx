import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Empty, Flex, Form, Input, Select, Table, Tabs, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { send, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { departments, jurisdictions, owners, units, useMay } from '../app/queries'
import { Ask } from '../parts/Ask'
import { Page } from '../parts/Page'
import { Places } from '../parts/Places'
import { Says } from '../parts/Says'
import { useLook } from '../parts/turned'
import { text } from '../words/format'
import { Register } from './Register'
import { kinds, named, pathOf, type Kind, type Master } from './kinds'

/** What everything else refers to: jurisdictions and the three kinds of parties. */
export default function Masters() {
  const { t } = useTranslation()
  const may = useMay()
  const names = useNames()
  const [params, look] = useLook()
  const kind = kinds.find((k) => k === params.get('kind')) ?? 'jurisdictions'
  const [q, place, state] = [params.get('q') ?? '', params.get('jurisdiction') ?? undefined, params.get('state') ?? undefined]
  const [registering, setRegistering] = useState(false)
  const [changing, setChanging] = useState<{ of: Master; how: 'rename' | 'close' | 'reopen' }>()
  const all = { jurisdictions: useQuery(jurisdictions), departments: useQuery(departments), units: useQuery(units), owners: useQuery(owners) }
  const found = all[kind]
  const shown = (found.data?.items as readonly Master[] | undefined)?.filter((m) => named(m, q) && (!place || (m.jurisdiction ?? m.code) === place || m.parent === place) && (!state || !!m.closed === (state === 'closed')))
  const mayChange = may({ jurisdictions: 'changeJurisdiction', departments: 'changeDepartment', units: 'changeUnit', owners: 'changeOwner' }[kind])
  const packs = new Map(all.jurisdictions.data?.items.map((j) => [j.code, j.pack]))
  return (
    <Page title={t('admin.masters')} extra={mayChange && <Button type="primary" onClick={() => setRegistering(true)}>{t(`admin.addTo.${kind}`)}</Button>}>
      <Typography.Paragraph type="secondary">{t('admin.mastersWhy')}</Typography.Paragraph>
      <Tabs activeKey={kind} onChange={(k) => look({ kind: k === 'jurisdictions' ? undefined : k, q: undefined, jurisdiction: undefined, state: undefined })} items={kinds.map((k) => ({ key: k, label: t(`admin.kinds.${k}`) }))} />
      <Flex gap="small" wrap className="bar no-print">
        <Input.Search key={`${kind}${q}`} className="text" allowClear placeholder={t('admin.find')} aria-label={t('admin.find')} defaultValue={q} onSearch={(v) => look({ q: v })} />
        <Places value={place} choose={(jurisdiction) => look({ jurisdiction })} />
        <Select allowClear placeholder={t('admin.anyState')} aria-label={t('admin.anyState')} value={state} onChange={(v?: string) => look({ state: v })} popupMatchSelectWidth={false} className="pick" options={(['open', 'closed'] as const).map((v) => ({ value: v, label: t(`admin.${v}`) }))} />
      </Flex>
      <Says failure={found.error} />
      <Table<Master>
        size="small" rowKey={(m) => `${m.jurisdiction ?? ''}/${m.code}`} dataSource={shown} loading={found.isPending} scroll={{ x: 1040 }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false, current: Number(params.get('page') ?? 1), onChange: (p) => look({ page: p > 1 ? String(p) : undefined }) }}
        locale={{ emptyText: <Empty description={<>{t('admin.noneOf')}<br /><Typography.Text type="secondary">{t('admin.noneOfHint')}</Typography.Text></>} /> }}
        columns={[
          { title: t('admin.nameZh'), render: (_, m) => <span lang="zh">{m.name.zh}</span> }, { title: t('admin.nameEn'), render: (_, m) => <span lang="en">{m.name.en}</span> },
          { title: t('admin.code'), width: 150, render: (_, m) => m.code },
          ...(kind === 'jurisdictions'
            ? [
                { title: t('admin.parent'), width: 130, render: (_: unknown, m: Master) => m.parent && names.jurisdiction(m.parent) },
                { title: t('admin.level'), width: 110, render: (_: unknown, m: Master) => t(`level.${m.level as 'city'}`) },
                { title: t('admin.pack'), width: 110, render: (_: unknown, m: Master) => (packs.get(m.code) ? t('admin.own') : <Typography.Text type="secondary">{t('admin.inherited')}</Typography.Text>) },
              ]
            : [{ title: t('admin.jurisdiction'), width: 150, render: (_: unknown, m: Master) => names.jurisdiction(m.jurisdiction ?? '') }]),
          ...(kind === 'owners' ? [{ title: t('admin.creditCode'), width: 190, render: (_: unknown, m: Master) => m.creditCode }] : []),
          { title: t('admin.anyState'), width: 90, render: (_, m) => <Tag color={m.closed ? 'default' : 'green'}>{t(m.closed ? 'admin.closed' : 'admin.open')}</Tag> },
          ...(mayChange
            ? [{
                key: 'act', width: 150,
                render: (_: unknown, m: Master) => (
                  <Flex gap="small">
                    <Button size="small" onClick={() => setChanging({ of: m, how: 'rename' })}>{t('admin.rename')}</Button>
                    <Button size="small" onClick={() => setChanging({ of: m, how: m.closed ? 'reopen' : 'close' })}>{t(m.closed ? 'admin.reopen' : 'admin.close')}</Button>
                  </Flex>
                ),
              }]
            : []),
        ]}
      />
      {registering && <Register kind={kind} close={() => setRegistering(false)} />}
      {changing && <Change kind={kind} {...changing} close={() => setChanging(undefined)} />}
    </Page>
  )
}

/** Another name, or no more new work, or new work again. */
function Change({ kind, of, how, close }: { kind: Kind; of: Master; how: 'rename' | 'close' | 'reopen'; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const change = async ({ name = of.name }: { name?: Schemas['GivenText'] }) => {
    await send(pathOf(kind, of), { name: { zh: name.zh, en: name.en || undefined }, closed: how === 'rename' ? (of.closed ?? false) : how === 'close' } satisfies Schemas['MasterChange'], { method: 'PUT' })
    message.success(t('admin.done'))
    await client.invalidateQueries({ queryKey: [kind] })
  }
  const name = text(of.name)
  return (
    <Ask title={`${t(`admin.${how}`)} · ${name}`} ok={t(how === 'rename' ? 'say.save' : `admin.${how}`)} danger={how === 'close'} initial={{ name: of.name }} submit={change} close={close}>
      {how === 'rename'
        ? (
            <>
              <Form.Item name={['name', 'zh']} label={t('admin.nameZh')} rules={[{ required: true, whitespace: true, message: t('say.required') }]}><Input maxLength={100} autoFocus /></Form.Item>
              <Form.Item name={['name', 'en']} label={t('admin.nameEn')}><Input maxLength={200} /></Form.Item>
            </>
          )
        : t(how === 'close' ? 'admin.closeSure' : 'admin.reopenSure', { name })}
    </Ask>
  )
}
