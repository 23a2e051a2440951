import { Flex, Segmented } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'

import type { Schemas } from '../api/client'
import type { Scope } from '../project/filters'
import { Waiting } from '../parts/Waiting'
import { i18next } from '../words'
import { amount, amountUnit, money, shortMonth } from '../words/format'
import { known, monthOf } from './figures'
import { investmentsOf } from './links'

const EChart = lazy(() => import('./EChart'))
type Portfolio = Schemas['Portfolio']

/** The year's investment by month, planned and done; what nobody has reported is not nought. */
export function Months({ portfolio, scope, big = false, dark = false }: { portfolio: Portfolio; scope: Scope; big?: boolean; dark?: boolean }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<'chart' | 'table'>('chart')
  return (
    <>
      {!big && (
        <Flex justify="end" className="no-print months-switch">
          <Segmented size="small" value={shown} onChange={setShown} options={[{ value: 'chart', label: t('wall.chart') }, { value: 'table', label: t('wall.table') }]} />
        </Flex>
      )}
      {shown === 'chart' && <div className="months-chart"><Suspense fallback={<Waiting />}><Picture portfolio={portfolio} scope={scope} big={big} dark={dark} /></Suspense></div>}
      <div className={shown === 'chart' ? 'in-print' : ''}><MonthsTable portfolio={portfolio} scope={scope} /></div>
    </>
  )
}

function Picture({ portfolio, scope, big, dark }: { portfolio: Portfolio; scope: Scope; big: boolean; dark: boolean }) {
  const { t, i18n } = useTranslation()
  const go = useNavigate()
  const { months, year, asOf } = portfolio
  const option = useMemo(() => {
    const most = Math.max(...months.flatMap((m) => [m.planned, m.done]))
    const ink = dark ? '#d9e2ef' : '#434343'
    const size = big ? 18 : 12
    return {
      aria: { enabled: true, label: { description: t('wall.chartSays', { year }) } },
      animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, // the letters are measured before they stand in the page
      grid: { left: 8, right: 8, top: big ? 56 : 40, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { top: 0, right: 8, itemGap: 20, textStyle: { color: ink, fontSize: size }, data: [t('wall.planned'), t('wall.actual')] },
      tooltip: {
        trigger: 'axis', confine: true, textStyle: { fontSize: big ? 16 : 13 },
        formatter: (at: { dataIndex: number }[]) => {
          const m = months[at[0]!.dataIndex]!
          const done = known(m)
          return [shortMonth(m.period), `${t('wall.planned')} ${money(m.planned)}`, `${t('wall.actual')} ${done === undefined ? t('wall.unreported') : money(done)}`, reports(m)].join('<br>')
        },
      },
      xAxis: { type: 'category', data: months.map((m) => shortMonth(m.period)), axisLabel: { color: ink, fontSize: big ? Math.max(12, Math.min(20, window.innerWidth / 115)) : size, interval: 0, hideOverlap: !big }, axisTick: { show: false } },
      yAxis: { type: 'value', name: amountUnit(most), nameTextStyle: { color: ink, fontSize: size, align: 'left' }, axisLabel: { color: ink, fontSize: size }, splitLine: { lineStyle: { color: dark ? '#33445c' : '#ececec' } } },
      series: [
        { name: t('wall.planned'), type: 'bar', data: months.map((m) => amount(m.planned, most)), itemStyle: { color: dark ? '#5b7ba6' : '#b7c8de' }, barGap: '10%', barMaxWidth: big ? 36 : 22 },
        {
          name: t('wall.actual'), type: 'bar', barMaxWidth: big ? 36 : 22, itemStyle: { color: dark ? '#5cc8a0' : '#1f4e8c' },
          data: months.map((m) => {
            const done = known(m)
            // A month that is over and that nobody has reported says so where its bar would be.
            if (done === undefined && m.period < monthOf(asOf) && m.planned > 0) {
              return { value: 0, label: { show: true, position: 'top', rotate: 90, align: 'left', verticalAlign: 'middle', distance: 8, formatter: t('wall.unreported'), color: ink, fontSize: size - 1 } }
            }
            return done === undefined ? null : amount(done, most)
          }),
        },
      ],
    }
    // The language changes what t says.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [months, year, asOf, big, dark, i18n.language])
  return <EChart option={option} open={(i) => void go(investmentsOf(scope, months[i]!.period, months[i]!.period, { sort: '-shortfall' }))} />
}

const reports = (m: Schemas['PortfolioMonth']): string =>
  [m.reported > 0 && i18next.t('wall.reported', { count: m.reported }), m.asked > 0 && i18next.t('wall.asked', { count: m.asked })].filter(Boolean).join(' ') || i18next.t('wall.notAsked')

function MonthsTable({ portfolio, scope }: { portfolio: Portfolio; scope: Scope }) {
  const { t } = useTranslation()
  const { months, year, asOf } = portfolio
  return (
    <table className="months">
      <caption className="unseen">{t('wall.months', { year })}</caption>
      <thead><tr><th scope="col">{t('wall.month')}</th><th scope="col">{t('wall.planned')}</th><th scope="col">{t('wall.actual')}</th><th scope="col">{t('wall.reports')}</th></tr></thead>
      <tbody>
        {months.map((m) => {
          const done = known(m)
          const of = (state?: string) => investmentsOf(scope, m.period, m.period, { sort: '-shortfall', state })
          return (
            <tr key={m.period}>
              <th scope="row"><Link to={of()}>{shortMonth(m.period)}</Link></th>
              <td>{money(m.planned)}</td>
              <td>{done === undefined ? <span className="faint">{m.period < monthOf(asOf) ? t('wall.unreported') : ''}</span> : money(done)}</td>
              <td>
                {m.reported > 0 && <Link to={of('reported')}>{t('wall.reported', { count: m.reported })}</Link>}{' '}
                {m.asked > 0 && <Link to={of('asked')}>{t('wall.asked', { count: m.asked })}</Link>}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
