import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'

import { money, month } from '../words/format'
import type { Month } from './figures'

const height = 120
const step = 34
const scaled = (amount: number, most: number) => (amount / most) * (height - 8)

/** Plan beside investment, month by month. */
export function Bars({ months }: { months: readonly Month[] }) {
  const { t } = useTranslation()
  const most = Math.max(1, ...months.flatMap((m) => [m.planned, m.done ?? 0]))
  const says = (m: Month) => `${month(m.period)}：${t('life.report.planned')} ${money(m.planned)}，${m.done === undefined ? t('life.report.awaited') : `${t('life.report.done')} ${money(m.done)}`}`
  return (
    <figure className="bars">
      <svg width={months.length * step + 8} height={height + 22} role="img" aria-label={months.map(says).join('；')}>
        <line x1={0} x2={months.length * step + 8} y1={height} y2={height} className="bars-floor" />
        {months.map((m, i) => (
          <Tooltip key={m.period} title={says(m)}>
            <g transform={`translate(${i * step + 6} 0)`}>
              <rect width={step - 2} height={height} fill="transparent" />
              <rect x={2} width={11} y={height - scaled(m.planned, most)} height={scaled(m.planned, most)} className="bars-planned" />
              {m.done !== undefined && <rect x={15} width={11} y={height - scaled(m.done, most)} height={Math.max(1, scaled(m.done, most))} className={`bars-done ${m.lamp ?? ''}`} />}
              <text x={step / 2 - 2} y={height + 14} textAnchor="middle">{m.period.slice(5) === '01' || i === 0 ? m.period.slice(2).replace('-', '/') : m.period.slice(5)}</text>
            </g>
          </Tooltip>
        ))}
      </svg>
      <figcaption className="legend">
        <span><svg width="12" height="10"><rect width="12" height="10" className="bars-planned" /></svg> {t('life.report.planned')}</span>
        {(['green', 'yellow', 'red'] as const).map((c) => <span key={c}><svg width="12" height="10"><rect width="12" height="10" className={`bars-done ${c}`} /></svg> {t('life.report.done')}（{t(`life.report.lamps.${c}`)}）</span>)}
      </figcaption>
    </figure>
  )
}
