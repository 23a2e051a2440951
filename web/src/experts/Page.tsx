import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Empty, Flex, Input, Select, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { jurisdictions, owners, pack as packOf, units, useMay } from '../app/queries'
import { packFor } from '../masters/kinds'
import { Ask } from '../parts/Ask'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { useLook } from '../parts/turned'
import { text } from '../words/format'
import { Conflict } from './Conflict'
import { Edit } from './Edit'

type Expert = Schemas['Expert']
type Asking = { of: Expert; how: 'change' | 'retire' | 'back' | 'conflict' } | { of?: undefined; how: 'add' }

/** The pool from which panels are drawn: codes, never names. */
export default function Experts() {
  const { t } = useTranslation()
  const may = useMay()
  const names = useNames()
  const [params, look] = useLook()
  const [asking, setAsking] = useState<Asking>()
  const filter = { q: params.get('q') ?? '', speciality: params.get('speciality') ?? undefined, state: params.get('state') ?? undefined }
  const found = useQuery({ queryKey: ['experts'], queryFn: ({ signal }) => whole(api.GET('/experts', { signal })) })
  const speciality = useSpecialities(found.data?.items)
  const party = useParty()
  const shown = found.data?.items.filter((e) => e.code.toLowerCase().includes(filter.q.trim().toLowerCase()) && (!filter.speciality || e.specialities.includes(filter.speciality)) && (!filter.state || !!e.retired === (filter.state === 'retired')))
  return (
    <Page title={t('admin.experts')} extra={may('createExpert') && <Button type="primary" onClick={() => setAsking({ how: 'add' })}>{t('admin.addExpert')}</Button>}>
      <Typography.Paragraph type="secondary">{t('admin.expertsWhy')}</Typography.Paragraph>
      <Flex gap="small" wrap align="center" className="bar no-print">
        <Input.Search key={filter.q} className="text" allowClear placeholder={t('admin.code')} aria-label={t('admin.code')} defaultValue={filter.q} onSearch={(q) => look({ q })} />
        <Select allowClear placeholder={t('admin.anySpeciality')} aria-label={t('admin.anySpeciality')} value={filter.speciality} onChange={(v?: string) => look({ speciality: v })} popupMatchSelectWidth={false} className="pick" options={[...speciality.entries()].map(([value, label]) => ({ value, label }))} />
        <Select allowClear placeholder={t('admin.status')} aria-label={t('admin.status')} value={filter.state} onChange={(v?: string) => look({ state: v })} popupMatchSelectWidth={false} className="pick" options={[{ value: 'inPool', label: t('admin.inPool') }, { value: 'retired', label: t('admin.retired') }]} />
        {shown && <Typography.Text type="secondary">{t('admin.shown', { count: shown.length })}</Typography.Text>}
      </Flex>
      <Says failure={found.error} />
      <Table<Expert>
        size="small" rowKey="code" dataSource={shown} loading={found.isPending} scroll={{ x: 1040 }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false, current: Number(params.get('page') ?? 1), onChange: (p) => look({ page: p > 1 ? String(p) : undefined }) }}
        locale={{ emptyText: <Empty description={<>{t('admin.noExperts')}<br /><Typography.Text type="secondary">{t('admin.noExpertsHint')}</Typography.Text></>} /> }}
        columns={[
          { title: t('admin.code'), width: 130, dataIndex: 'code' },
          { title: t('admin.specialities'), render: (_, e) => e.specialities.map((s) => <Tag key={s}>{speciality.get(s) ?? s}</Tag>) },
          { title: t('admin.unit'), width: 210, render: (_, e) => e.unit && party(e.unit) },
          { title: t('admin.conflictUnits'), render: (_, e) => e.conflictUnits?.map((c) => <Tag key={c}>{party(c)}</Tag>) },
          { title: t('admin.jurisdiction'), width: 110, render: (_, e) => names.jurisdiction(e.jurisdiction) },
          { title: t('admin.status'), width: 90, render: (_, e) => <Tag color={e.retired ? 'default' : 'green'}>{t(e.retired ? 'admin.retired' : 'admin.inPool')}</Tag> },
          ...(may('changeExpert')
            ? [{
                key: 'act', width: 160,
                render: (_: unknown, e: Expert) => (
                  <Flex gap="small">
                    <Button size="small" onClick={() => setAsking({ of: e, how: 'change' })}>{t('admin.changeExpert')}</Button>
                    <Dropdown
                      trigger={['click']}
                      menu={{
                        items: [{ key: 'conflict', label: t('admin.conflict') }, e.retired ? { key: 'back', label: t('admin.back') } : { key: 'retire', label: t('admin.retire'), danger: true }],
                        onClick: ({ key }) => setAsking({ of: e, how: key as 'conflict' }),
                      }}
                    >
                      <Button size="small">{t('say.more')}</Button>
                    </Dropdown>
                  </Flex>
                ),
              }]
            : []),
        ]}
      />
      {(asking?.how === 'add' || asking?.how === 'change') && <Edit of={asking.of} close={() => setAsking(undefined)} />}
      {(asking?.how === 'retire' || asking?.how === 'back') && <Retire of={asking.of} close={() => setAsking(undefined)} />}
      {asking?.how === 'conflict' && <Conflict of={asking.of} close={() => setAsking(undefined)} />}
    </Page>
  )
}

/** Names of the specialities of the packs under which the experts are. */
function useSpecialities(experts: readonly Expert[] | undefined): Map<string, string> {
  const all = useQuery(jurisdictions).data?.items ?? []
  const hash = packFor(all, experts?.[0]?.jurisdiction)
  const pack = useQuery({ ...packOf(hash ?? ''), enabled: !!hash })
  return new Map(pack.data?.evaluation.specialities.map((s) => [s.key, text(s.name)]))
}

/** A unit or owner by its name; an institute that is neither by its code. */
function useParty(): (code: string) => string {
  const all = [...(useQuery(units).data?.items ?? []), ...(useQuery(owners).data?.items ?? [])]
  return (code) => text(all.find((p) => p.code === code)?.name) || code
}

/** Out of the pool, or back. */
function Retire({ of, close }: { of: Expert; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const how = of.retired ? 'back' : 'retire'
  const change = async () => {
    const { unit, specialities, conflictUnits } = of
    await send(`/experts/${encodeURIComponent(of.code)}`, { unit, specialities, conflictUnits, retired: !of.retired } satisfies Schemas['ExpertChange'], { method: 'PUT' })
    message.success(t('admin.done'))
    await client.invalidateQueries({ queryKey: ['experts'] })
  }
  return <Ask title={t(`admin.${how}`)} ok={t(`admin.${how}`)} danger={how === 'retire'} submit={change} close={close}>{t(`admin.${how}Sure`, { code: of.code })}</Ask>
}
