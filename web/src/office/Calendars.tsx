import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Flex, InputNumber, Table, Tabs, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { clock, useMay } from '../app/queries'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { dayOfWeek, moment } from '../words/format'
import { DeadlineForm } from './DeadlineForm'
import { Publish } from './Publish'
import { calendars } from './queries'
import { monthsOf, spansOf } from './year'

type Day = Schemas['CalendarDay']

/** Which days are worked, when a limit ends and why, and the notices that say so. */
export default function Calendars() {
  const { t } = useTranslation()
  const may = useMay()
  const go = useNavigate()
  const [params, setParams] = useSearchParams()
  const now = useQuery(clock).data?.now
  const year = Number(params.get('year') ?? now?.slice(0, 4))
  const tab = params.get('tab') ?? 'days'
  if (!year) return <Waiting />
  const put = (name: string, value: string) => setParams((old) => { old.set(name, value); return old }, { replace: true })
  return (
    <Page title={t('office.calendar.title')}>
      <Tabs
        activeKey={tab} onChange={(v) => setParams({ tab: v }, { replace: true })}
        items={[
          { key: 'days', label: t('office.calendar.days'), children: <Year year={year} choose={(y) => put('year', String(y))} /> },
          { key: 'deadline', label: t('office.calendar.deadline'), children: <DeadlineForm now={now ?? ''} /> },
          { key: 'versions', label: t('office.calendar.versions'), children: <Versions /> },
          ...(may('publishCalendar')
            ? [{
                key: 'load', label: t('office.calendar.load'),
                children: (
                  <Publish<Schemas['Broadcast']>
                    path="/calendars" help={t('office.calendar.loadHelp')} label={t('office.calendar.text')} submit={t('office.calendar.loadSubmit')} most={16_384}
                    extra={(fill) => <Button onClick={() => fill(t('office.calendar.sampleText', { year: Number(now?.slice(0, 4)) + 1 }))}>{t('office.calendar.sample')}</Button>}
                    done={(b) => void go(`/broadcasts/${b.id}`)}
                  />
                ),
              }]
            : []),
        ]}
      />
    </Page>
  )
}

function Year({ year, choose }: { year: number; choose: (year: number) => void }) {
  const { t } = useTranslation()
  const found = useQuery({ queryKey: ['calendar', year], queryFn: ({ signal }) => whole(api.GET('/calendar/days', { params: { query: { year } }, signal })) })
  const days = found.data?.days ?? []
  return (
    <>
      <Flex gap="small" align="center" wrap className="bar">
        <Button onClick={() => choose(year - 1)} aria-label={String(year - 1)} className="no-print">{year - 1}</Button>
        <InputNumber aria-label={t('office.calendar.year')} min={2000} max={2200} precision={0} value={year} onChange={(y) => y && choose(y)} className="no-print" />
        <Button onClick={() => choose(year + 1)} aria-label={String(year + 1)} className="no-print">{year + 1}</Button>
        <Legend />
        {found.data && <Typography.Text type="secondary">{t('office.calendar.count', { working: days.filter((d) => d.working).length })} · {t('office.calendar.counted', { version: found.data.calendarVersion.slice(0, 10) })}</Typography.Text>}
      </Flex>
      <Says failure={found.error} />
      {found.data?.provisional && <Alert type="warning" showIcon className="spaced" title={t('office.calendar.provisional')} />}
      {found.isPending && <Waiting />}
      {found.data && <div className="twelve">{monthsOf(days).map((m) => <MonthTable key={m.month} month={m.month} weeks={m.weeks} />)}</div>}
      {spansOf(days).length > 0 && (
        <Card size="small" title={t('office.calendar.holidays')} className="below">
          <ul className="spans">
            {spansOf(days).map((s) => <li key={s.from}><Tag>{t(`office.calendar.kind.${s.kind}`)}</Tag> {s.name || t('office.calendar.noName')} · {s.from === s.to ? dayOfWeek(s.from) : `${dayOfWeek(s.from)} – ${dayOfWeek(s.to)}`}</li>)}
          </ul>
        </Card>
      )}
    </>
  )
}

function Legend() {
  const { t } = useTranslation()
  return <span className="year-legend">{(['workday', 'weekend', 'holiday', 'makeup'] as const).map((k) => <span key={k}><i className={`cell ${k}`}>{k === 'holiday' ? t('office.calendar.holiday') : k === 'makeup' ? t('office.calendar.makeup') : '1'}</i> {t(`office.calendar.kind.${k}`)}</span>)}</span>
}

function MonthTable({ month, weeks }: { month: number; weeks: readonly (Day | undefined)[][] }) {
  const { t } = useTranslation()
  const says = (d: Day) => [dayOfWeek(d.date), t(`office.calendar.kind.${d.kind}`), d.name, d.provisional && t('say.provisional')].filter(Boolean).join(' · ')
  return (
    <table className="month">
      <caption>{t('office.calendar.months', { month })}</caption>
      <thead><tr>{[...t('office.calendar.weekdays')].map((d, i) => <th key={i} scope="col">{d}</th>)}</tr></thead>
      <tbody>
        {weeks.map((w, i) => (
          <tr key={i}>
            {w.map((d, n) => (
              <td key={n} className={d && `cell ${d.kind}`} {...(d && { title: says(d), 'aria-label': says(d) })}>
                {d && <>{Number(d.date.slice(8))}{(d.kind === 'holiday' || d.kind === 'makeup') && <sup>{t(`office.calendar.${d.kind}`)}</sup>}</>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Versions() {
  const { t } = useTranslation()
  const list = useQuery(calendars)
  return (
    <>
      <Says failure={list.error} />
      <Table<Schemas['CalendarSummary']>
        size="small" rowKey="version" dataSource={list.data?.items} loading={list.isPending} pagination={false} scroll={{ x: 600 }}
        columns={[
          { title: t('office.calendar.version'), render: (_, c) => <><Typography.Text code copyable={{ text: c.version }}>{c.version.slice(0, 10)}</Typography.Text> {c.inForce && <Tag color="green">{t('office.calendar.inForce')}</Tag>}</> },
          { title: t('office.calendar.year'), render: (_, c) => c.years.join(', ') },
          { title: t('office.packs.published'), width: 190, render: (_, c) => (c.published ? moment(c.published) : '') },
        ]}
      />
    </>
  )
}

