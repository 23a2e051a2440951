import { useQuery } from '@tanstack/react-query'
import { Empty, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { lost } from '../parts/lost'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import type { Scope } from '../project/filters'
import { day, shortDay, text } from '../words/format'
import { aheadOf, kinds, tasksOf, type Kind } from './links'

type Portfolio = Schemas['Portfolio']
type Ahead = Schemas['PortfolioAhead']
const names = { tasks: 'wall.tasksDue', starts: 'wall.startsDue', completions: 'wall.completionsDue' } as const

/** What falls due, starts and is to be completed within 30, 60 and 90 days, and the first of each. */
export function Ahead({ portfolio, scope, days, kind, look }: { portfolio: Portfolio; scope: Scope; days: number; kind: Kind; look: (changed: Record<string, string>) => void }) {
  const { t } = useTranslation()
  const chosen = portfolio.ahead.find((a) => a.days === days) ?? portfolio.ahead[0]!
  return (
    <>
      <AheadTable portfolio={portfolio} scope={scope} />
      <div className="no-print ahead-first">
        <Segmented size="small" value={chosen.days} onChange={(d) => look({ days: String(d) })} options={portfolio.ahead.map((a) => ({ value: a.days, label: t('wall.days', { count: a.days }) }))} />
        <Segmented size="small" value={kind} onChange={(k) => look({ ahead: k })} options={kinds.map((k) => ({ value: k, label: t(names[k]) }))} />
        <First ahead={chosen} kind={kind} scope={scope} />
      </div>
    </>
  )
}

export function AheadTable({ portfolio, scope }: { portfolio: Portfolio; scope: Scope }) {
  const { t } = useTranslation()
  return (
    <div className="scrolled"><table className="ahead">
      <thead>
        <tr>
          <th scope="col" className="unseen">{t('wall.group')}</th>
          {portfolio.ahead.map((a) => <th key={a.days} scope="col">{t('wall.days', { count: a.days })}<br /><span className="faint small">{t('wall.until', { at: shortDay(a.to) })}</span></th>)}
        </tr>
      </thead>
      <tbody>
        {kinds.map((k) => (
          <tr key={k}>
            <th scope="row">{t(names[k])}</th>
            {portfolio.ahead.map((a) => <td key={a.days}>{a[k] ? <Link to={aheadOf(a, k, scope)}>{a[k]}</Link> : <span className="faint">0</span>}</td>)}
          </tr>
        ))}
        <tr>
          <th scope="row">{t('wall.overdueNow')}</th>
          <td colSpan={portfolio.ahead.length} className={portfolio.overdue ? 'some-red' : ''}>{portfolio.overdue ? <Link to={tasksOf(scope, { colour: 'red' })}>{t('wall.overdueTasks', { count: portfolio.overdue })}</Link> : <span className="faint">0</span>}</td>
        </tr>
      </tbody>
    </table></div>
  )
}

/** The first few of what lies ahead. */
function First({ ahead, kind, scope }: { ahead: Ahead; kind: Kind; scope: Scope }) {
  const { t } = useTranslation()
  const address = aheadOf(ahead, kind, scope)
  const found = useQuery({
    queryKey: ['projects', 'portfolio', 'first', kind, ahead.to, scope],
    queryFn: async ({ signal }): Promise<{ key: string; to: string; name: string; of?: Schemas['Text']; at?: string }[]> => {
      if (kind === 'tasks') {
        const asked = { ...scope, everyone: true, dueFrom: ahead.dueFrom, dueTo: ahead.dueTo, limit: 5 } as never
        const { items } = await whole(api.GET('/tasks', { params: { query: asked }, signal }))
        return items.map((i) => ({ key: `${i.project}/${i.key}`, to: pathOf(i), name: i.projectName, of: i.name, at: i.due }))
      }
      const asked = { ...Object.fromEntries(new URL(address, window.location.origin).searchParams), limit: 5 } as never
      const { items } = await whole(api.GET('/projects', { params: { query: asked }, signal }))
      return items.map((i) => ({ key: i.id, to: `/projects/${i.id}`, name: i.name, at: kind === 'starts' ? i.plannedStart : i.plannedCompletion }))
    },
  })
  if (lost(found)) return <Says failure={found.error} />
  if (!found.data) return <Waiting />
  if (found.data.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('say.none')} />
  return (
    <>
      <ul className="wall-list ahead-list">
        {found.data.map((i) => <li key={i.key}><Link to={i.to}>{i.of && `${text(i.of)} · `}{i.name}</Link><span className="faint">{i.at && day(i.at)}</span></li>)}
      </ul>
      {ahead[kind] > found.data.length && <Link to={address}>{t('say.total', { count: ahead[kind] })}</Link>}
    </>
  )
}
