import { useQuery } from '@tanstack/react-query'
import { Alert, Empty, Flex, Table, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Acts } from '../acts/Acts'
import type { Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { Lamp } from '../parts/Lamp'
import { Says } from '../parts/Says'
import { moment, money, month } from '../words/format'
import { Bars } from './Bars'
import { months, plannedIn, type Month } from './figures'
import { reportsQuery } from './query'

type Project = Schemas['Project']

const colour = (lamp: string | undefined) => (lamp === 'green' || lamp === 'yellow' || lamp === 'red' ? lamp : undefined)

/** Investment month by month: plan beside report, sums, corrections. */
export function Reports({ p }: { p: Project }) {
  const { t } = useTranslation()
  const records = useQuery(reportsQuery(p.row.id))
  const awaited = p.tasks.filter((k) => k.kind === 'report')
  const all = withAwaited(p, awaited.map((k) => k.subject ?? ''))
  const of = (m: Month) => (records.data ?? []).filter((r) => r.report.period === m.period)
  const last = (m: Month) => of(m).find((r) => !r.superseded)?.report
  if (all.length === 0) {
    return <><Acts project={p} only={aboutReports} /><Empty description={t('life.report.none')} /></>
  }
  return (
    <>
      <Acts project={p} only={aboutReports} />
      {!p.reporting.plan?.length && <Alert type="info" showIcon className="spaced" title={t('life.report.noPlan')} />}
      {!!p.reporting.redMonths && p.reporting.redMonths > 1 && <Alert type="warning" showIcon className="spaced" title={t('life.report.redMonths', { count: p.reporting.redMonths })} />}
      <Bars months={all} />
      <Says failure={records.error} />
      <Table<Month>
        size="middle" rowKey="period" dataSource={[...all].reverse()} loading={records.isPending} pagination={false} scroll={{ x: 900 }}
        expandable={{ rowExpandable: (m) => m.records.length > 0, expandedRowRender: (m) => <Records project={p.row.id} records={of(m)} /> }}
        columns={[
          { title: t('life.report.month'), width: 120, render: (_, m) => month(m.period) },
          { title: t('life.report.planned'), width: 120, align: 'right', render: (_, m) => money(m.planned) },
          {
            title: t('life.report.done'), width: 130, align: 'right',
            render: (_, m) => {
              const task = awaited.find((k) => k.subject === m.period)
              return m.done !== undefined ? money(m.done) : task ? <Link to={pathOf({ project: p.row.id, key: task.key })}>{t('life.report.awaited')}</Link> : ''
            },
          },
          { title: t('life.report.share'), width: 90, align: 'right', render: (_, m) => (m.done !== undefined && m.planned > 0 ? `${Math.round((100 * m.done) / m.planned)}%` : '') },
          { title: t('life.report.lamp'), width: 84, render: (_, m) => { const c = colour(m.lamp); return c && <Lamp colour={c}>{t(`life.report.lamps.${c}`)}</Lamp> } },
          { title: t('life.report.plannedToDate'), width: 130, align: 'right', render: (_, m) => money(m.plannedToDate) },
          { title: t('life.report.doneToDate'), width: 130, align: 'right', render: (_, m) => money(m.doneToDate) },
          { title: t('life.report.image'), render: (_, m) => last(m)?.image },
          { title: t('life.report.records'), width: 80, render: (_, m) => m.records.length > 1 && <Tag color="orange">{t('life.report.times', { count: m.records.length - 1 })}</Tag> },
        ]}
      />
    </>
  )
}

const aboutReports = (a: Schemas['Act']) => ['fileReport', 'correctReport', 'setPlan'].includes(a.operation)

/** The months with those of which a report is awaited though nothing was planned for them. */
function withAwaited(p: Project, periods: readonly string[]): Month[] {
  const all = months(p)
  const more = periods.filter((period) => period && !all.some((m) => m.period === period))
  return [...all, ...more.map((period) => {
    const before = all.filter((m) => m.period < period).at(-1)
    const planned = plannedIn(p, period)
    return { period, planned, plannedToDate: (before?.plannedToDate ?? 0) + planned, doneToDate: before?.doneToDate ?? 0, records: [] }
  })].sort((a, b) => a.period.localeCompare(b.period))
}

function Records({ project, records }: { project: string; records: readonly Schemas['ReportRow'][] }) {
  const { t } = useTranslation()
  return (
    <Flex vertical gap="small">
      {[...records].sort((a, b) => b.report.seq - a.report.seq).map((r) => (
        <div key={r.report.seq}>
          <Link to={`/projects/${project}/timeline?at=${r.report.seq}`}>{t('life.report.record', { seq: r.report.seq })}</Link> · {moment(r.filedAt)} · <strong>{money(r.report.investment)}</strong>
          {r.superseded && <> <Tag>{t('life.report.superseded')}</Tag></>}{r.report.corrects && <> <Tag color="orange">{t('life.report.corrects', { seq: r.report.corrects })}</Tag></>}
          <div>{r.report.image}</div>
          {r.report.forecast && <Typography.Text type="secondary">{t('life.report.forecast')}：{r.report.forecast}</Typography.Text>}
          {r.report.reason && <Typography.Text type="secondary">{t('life.report.reason')}：{r.report.reason}</Typography.Text>}
        </div>
      ))}
    </Flex>
  )
}
