import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { dayOfWeek, shortDay } from '../words/format'

type Day = Schemas['ExplainedDay']

const look = (d: Day) => (d.counted ? 'counted' : d.reason === 'paused' ? 'paused' : 'off')

/** A limit day by day: what counts, what does not, and why. */
export function ClockStrip({ days, due }: { days: readonly Day[]; due?: string }) {
  const { t } = useTranslation()
  const last = due && days.findLast((d) => d.counted || d.reason === 'moved')?.date
  const why = (d: Day) => [dayOfWeek(d.date), t(`why.${d.reason}`, { n: d.n }), d.name, d.provisional && t('say.provisional'), d.clause].filter(Boolean).join(' · ')
  return (
    <ol className="days">
      {days.map((d) => (
        <Tooltip key={d.date} title={why(d)}>
          <li className={`${look(d)}${d.date === last ? ' due' : ''}`} tabIndex={0} aria-label={why(d)}>
            <span aria-hidden>{shortDay(d.date)}</span>
            <span className="n" aria-hidden>{d.counted ? d.n : t(`why.short.${d.reason}`)}</span>
          </li>
        </Tooltip>
      ))}
    </ol>
  )
}
