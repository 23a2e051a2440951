import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Card, Empty, Flex, Progress, Select, Table, Tabs, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { moment, money, quantity, text } from '../words/format'
import { QuotaForm } from './QuotaForm'
import { useMyJurisdiction, usePackIn } from './queries'

type Quota = Schemas['Quota']
const idOf = (q: Pick<Quota, 'jurisdiction' | 'resource' | 'year'>) => `${q.jurisdiction}/${q.resource}/${q.year}`

/** What there is of land, energy and the like, who holds it, and who waits for it. */
export default function Quotas() {
  const { t } = useTranslation()
  const names = useNames()
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const [adding, setAdding] = useState(false)
  const own = useMyJurisdiction('office', 'handler', 'head', 'leader', 'supervisor', 'auditor')
  const { pack } = usePackIn(own)
  const quotas = useQuery({ queryKey: ['quotas'], queryFn: ({ signal }) => whole(api.GET('/quotas', { signal })) })
  const all = quotas.data?.items ?? []
  const year = params.get('year')
  const shown = all.filter((q) => !year || String(q.year) === year)
  const chosen = all.find((q) => idOf(q) === params.get('of'))
  const resource = (key: string) => pack?.assurance.resources.find((r) => r.key === key)
  const nameOf = (key: string) => text(resource(key)?.name) || key
  const unitOf = (key: string) => text(resource(key)?.unit)
  const look = (name: string, value?: string) =>
    setParams((old) => {
      if (value) old.set(name, value); else old.delete(name)
      return old
    }, { replace: true })
  const many = new Set(all.map((q) => q.jurisdiction)).size > 1
  return (
    <Page title={t('office.quotas.title')} extra={may('addQuota') && <Button type="primary" onClick={() => setAdding(true)}>{t('office.quotas.add')}</Button>}>
      <Flex gap="small" wrap className="bar no-print">
        <Select
          allowClear placeholder={t('office.quotas.year')} aria-label={t('office.quotas.year')} value={year ?? undefined} onChange={(v?: string) => look('year', v)} className="pick"
          options={[...new Set(all.map((q) => q.year))].sort((a, b) => b - a).map((y) => ({ value: String(y), label: String(y) }))}
        />
      </Flex>
      <Says failure={quotas.error} />
      <Table<Quota>
        size="middle" rowKey={idOf} dataSource={shown} loading={quotas.isPending} pagination={false} scroll={{ x: 900 }}
        rowClassName={(q) => (chosen && idOf(q) === idOf(chosen) ? 'line-here' : '')}
        locale={{ emptyText: <Empty description={<>{t('office.quotas.empty')}<br /><Typography.Text type="secondary">{t('office.quotas.emptyHint')}</Typography.Text></>} /> }}
        columns={[
          { title: t('office.quotas.resource'), render: (_, q) => <><Typography.Link onClick={() => look('of', idOf(q))}>{nameOf(q.resource)}</Typography.Link> <Typography.Text type="secondary" className="small">{unitOf(q.resource)}</Typography.Text></> },
          { title: t('office.quotas.year'), width: 80, dataIndex: 'year' },
          ...(many ? [{ title: t('office.quotas.jurisdiction'), width: 120, render: (_: unknown, q: Quota) => names.jurisdiction(q.jurisdiction) }] : []),
          { title: t('office.quotas.total'), width: 110, align: 'right', render: (_, q) => quantity(q.total) },
          { title: t('office.quotas.reserved'), width: 110, align: 'right', render: (_, q) => quantity(q.reserved) },
          { title: t('office.quotas.committed'), width: 110, align: 'right', render: (_, q) => quantity(q.committed) },
          { title: t('office.quotas.free'), width: 110, align: 'right', render: (_, q) => <strong>{quantity(q.free)}</strong> },
          { title: t('office.quotas.used'), width: 130, render: (_, q) => <Used quota={q} /> },
          {
            title: t('office.quotas.waiting'), width: 170,
            render: (_, q) => (q.waiting ? <Typography.Link onClick={() => { look('of', idOf(q)); look('tab', 'line') }}>{t('office.quotas.waitingCount', { count: q.waiting })} · {quantity(q.waitingFor)}</Typography.Link> : t('say.none')),
          },
        ]}
      />
      {all.length > 0 && (
        <dl className="explained">
          {(['reserved', 'committed', 'free', 'waiting'] as const).map((k) => <div key={k}><dt>{t(`office.quotas.${k}`)}</dt><dd>{t(`office.quotas.help.${k}`)}</dd></div>)}
        </dl>
      )}
      {chosen && (
        <Card size="small" className="below" title={t('office.quotas.details', { resource: nameOf(chosen.resource), year: chosen.year })} extra={<Button type="text" onClick={() => look('of')}>{t('say.close')}</Button>}>
          <Tabs
            activeKey={params.get('tab') ?? 'ledger'} onChange={(v) => look('tab', v === 'ledger' ? undefined : v)}
            items={[
              { key: 'ledger', label: t('office.quotas.ledger'), children: <Ledger key={idOf(chosen)} of={chosen} unit={unitOf(chosen.resource)} /> },
              { key: 'line', label: `${t('office.quotas.line')} ${chosen.waiting || ''}`, children: <Line key={idOf(chosen)} of={chosen} unit={unitOf(chosen.resource)} /> },
            ]}
          />
        </Card>
      )}
      {adding && <QuotaForm quotas={all} chosen={chosen} pack={pack} jurisdiction={own} close={() => setAdding(false)} />}
    </Page>
  )
}

function Used({ quota }: { quota: Quota }) {
  const { t } = useTranslation()
  const total = Number(quota.total)
  const share = total > 0 ? Math.round((100 * (Number(quota.reserved) + Number(quota.committed))) / total) : 0
  return <Progress aria-label={t('office.quotas.used')} percent={share} success={{ percent: total > 0 ? Math.round((100 * Number(quota.committed)) / total) : 0 }} size="small" status="normal" />
}

/** Every movement, the newest first. */
function Ledger({ of, unit }: { of: Quota; unit: string }) {
  const { t } = useTranslation()
  const [turned, setTurned] = useState<Turned>([])
  const query = { jurisdiction: of.jurisdiction, resource: of.resource, year: of.year, limit: 50, cursor: turned.at(-1) }
  const lines = useQuery({ queryKey: ['quotas', 'ledger', query], placeholderData: keepPreviousData, queryFn: ({ signal }) => whole(api.GET('/quotas/ledger', { params: { query }, signal })) })
  return (
    <>
      <Says failure={lines.error} />
      <Table<Schemas['LedgerLine']>
        size="small" rowKey="id" dataSource={lines.data?.items} loading={lines.isPending} pagination={false} scroll={{ x: 760 }} locale={{ emptyText: t('office.quotas.ledgerEmpty') }}
        columns={[
          { title: t('office.quotas.at'), width: 170, render: (_, l) => moment(l.at) },
          { title: t('office.quotas.act'), width: 80, render: (_, l) => t(`office.quotas.acts.${l.act}`) },
          { title: `${t('office.quotas.amount')}${unit && ` (${unit})`}`, width: 130, align: 'right', render: (_, l) => quantity(l.amount) },
          { title: t('office.quotas.project'), render: (_, l) => (l.project ? <Link to={`/projects/${l.project}`}>{l.projectName || l.project}</Link> : '') },
          { title: t('office.quotas.who'), width: 130, render: (_, l) => l.actor.name || t(`role.${l.actor.role}`) },
          { title: t('office.quotas.clause'), width: 90, dataIndex: 'clause' },
          { title: t('office.quotas.note'), dataIndex: 'note' },
        ]}
      />
      <Pager turned={turned} next={lines.data?.next} turn={setTurned} />
    </>
  )
}

/** Who waits, the head first. */
function Line({ of, unit }: { of: Quota; unit: string }) {
  const { t } = useTranslation()
  const query = { jurisdiction: of.jurisdiction, resource: of.resource, year: of.year }
  const line = useQuery({ queryKey: ['quotas', 'line', query], queryFn: ({ signal }) => whole(api.GET('/quotas/line', { params: { query }, signal })) })
  return (
    <>
      <Says failure={line.error} />
      <Table<Schemas['WaitingPlace']>
        size="small" rowKey="project" dataSource={line.data?.items} loading={line.isPending} pagination={false} scroll={{ x: 640 }} locale={{ emptyText: t('office.quotas.lineEmpty') }}
        columns={[
          { title: t('office.quotas.place'), width: 70, dataIndex: 'place' },
          { title: t('office.quotas.project'), render: (_, w) => <Link to={`/projects/${w.project}`}>{w.projectName}</Link> },
          { title: `${t('office.quotas.amount')}${unit && ` (${unit})`}`, width: 140, align: 'right', render: (_, l) => quantity(l.amount) },
          { title: t('office.quotas.level'), width: 130, render: (_, w) => t(`level.${w.level}`) },
          { title: t('office.quotas.benefit'), width: 150, align: 'right', render: (_, w) => (w.benefit ? money(Number(w.benefit)) : '') },
          { title: t('office.quotas.since'), width: 170, render: (_, w) => moment(w.since) },
        ]}
      />
    </>
  )
}
