import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Empty, Flex, Select, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { Chosen, Filters, picked, scopeFilters } from '../project/filters'
import { money, month } from '../words/format'
import { zh } from '../words/zh'

type Row = Schemas['MonthlyInvestment']
const asked = [...scopeFilters, 'from', 'to', 'state', 'sort'] as const
const controls = ['sector', 'level', 'unit'] as const
const paint = { planned: 'default', asked: 'gold', reported: 'blue' } as const

/** What each project has planned and done in each month: what the wall's investment is the sum of. */
export default function Investments() {
  const { t } = useTranslation()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  const [turned, setTurned] = useState<Turned>([])
  const query = { ...picked(params, asked), library: true, limit: 50, cursor: turned.at(-1) } as never
  const found = useQuery({
    queryKey: ['reports', 'investments', query], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/investments', { params: { query }, signal })),
  })
  const look = (changed: Record<string, string | undefined>) => {
    setTurned([])
    setParams((old) => {
      for (const [k, v] of Object.entries(changed)) if (v) old.set(k, v); else old.delete(k)
      return old
    }, { replace: true })
  }
  const [from, to] = [params.get('from'), params.get('to')]
  const period = from && from === to ? month(from) : from && to ? t('wall.filter.fromTo', { from: month(from), to: month(to) }) : ''
  return (
    <Page title={`${t('wall.investments')}${period && ` · ${period}`}`} extra={<Link to="/wall" className="no-print">{t('nav.wall')}</Link>}>
      <Typography.Paragraph type="secondary">{t('wall.investmentsHint')}</Typography.Paragraph>
      <Flex gap="small" wrap className="bar no-print">
        <Months name="from" params={params} look={look} />
        <Months name="to" params={params} look={look} />
        <Select
          allowClear placeholder={t('wall.state')} aria-label={t('wall.state')} value={params.get('state') ?? undefined} onChange={(state?: string) => look({ state })} popupMatchSelectWidth={false} className="pick"
          options={(Object.keys(zh.wall.monthState) as Row['state'][]).map((s) => ({ value: s, label: t(`wall.monthState.${s}`) }))}
        />
        <Filters names={controls} params={params} look={(name, value) => look({ [name]: value })} />
        <Select
          aria-label={t('wall.sort')} value={params.get('sort') ?? 'period'} onChange={(sort) => look({ sort })} popupMatchSelectWidth={false}
          options={[{ value: 'period', label: t('wall.byPeriod') }, { value: '-shortfall', label: t('wall.byShortfall') }]}
        />
      </Flex>
      <Chosen params={params} but={controls} change={(gone) => look(Object.fromEntries(gone.map((n) => [n, undefined])))} />
      <Says failure={found.error} />
      <Table<Row>
        size="middle" rowKey={(r) => `${r.project}/${r.period}`} dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 900 }}
        locale={{ emptyText: <Empty description={t('wall.investmentsNone')} /> }}
        columns={[
          { title: t('inbox.project'), render: (_, r) => <Link to={`/projects/${r.project}`}>{r.projectName}</Link> },
          { title: t('projects.unit'), width: 180, render: (_, r) => names.unit(r.unit) },
          { title: t('wall.period'), width: 120, render: (_, r) => month(r.period) },
          { title: t('wall.planned'), width: 130, align: 'right', render: (_, r) => money(r.planned) },
          { title: t('wall.actual'), width: 130, align: 'right', render: (_, r) => (r.state === 'reported' ? money(r.done) : <Typography.Text type="secondary">{r.state === 'asked' ? t('wall.unreported') : '—'}</Typography.Text>) },
          { title: t('wall.shortfall'), width: 130, align: 'right', render: (_, r) => (r.state === 'reported' && r.done < r.planned ? <Typography.Text type="danger">{money(r.planned - r.done)}</Typography.Text> : '') },
          { title: t('wall.state'), width: 130, render: (_, r) => <Tag color={paint[r.state]}>{t(`wall.monthState.${r.state}`)}</Tag> },
        ]}
      />
      <Pager turned={turned} next={found.data?.next} turn={setTurned} />
    </Page>
  )
}

/** The months of the year that is looked at, to begin or end with. */
function Months({ name, params, look }: { name: 'from' | 'to'; params: URLSearchParams; look: (changed: Record<string, string | undefined>) => void }) {
  const { t } = useTranslation()
  const chosen = params.get(name) ?? undefined
  const year = Number((chosen ?? params.get('from') ?? params.get('to') ?? String(new Date().getFullYear())).slice(0, 4))
  const options = [year - 1, year, year + 1].flatMap((y) => Array.from({ length: 12 }, (_, i) => `${y}-${String(i + 1).padStart(2, '0')}`))
  const label = t(name === 'from' ? 'wall.periodFrom' : 'wall.periodTo')
  return <Select allowClear showSearch aria-label={label} placeholder={label} value={chosen} onChange={(v?: string) => look({ [name]: v })} popupMatchSelectWidth={false} className="pick" options={options.map((m) => ({ value: m, label: month(m) }))} />
}
