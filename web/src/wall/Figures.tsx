import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import type { Scope } from '../project/filters'
import { money } from '../words/format'
import { plannedSoFar, share } from './figures'
import { completions, gravest, investmentsOf, projectsOf, starts, tasksOf } from './links'

/** The numbers on top. */
export function Figures({ portfolio: p, scope }: { portfolio: Schemas['Portfolio']; scope: Scope }) {
  const { t } = useTranslation()
  const january = `${p.year}-01`
  const december = `${p.year}-12`
  const ofPlan = share(p.doneThisYear, p.plannedThisYear)
  const rate = (s: Schemas['PortfolioShare'], act: string, planned: string, done: string) =>
    s.planned ? <>{<Link to={planned}>{t('wall.ofPlanned', { planned: s.planned, done: s.done, act })}</Link>}{s.done > 0 && <Link to={done} className="unseen">{t('wall.count', { count: s.done })}</Link>}</> : t('wall.nonePlanned')
  return (
    <div className="figures">
      <Figure name={t('wall.projects')} to={projectsOf(scope)} value={t('wall.count', { count: p.all.projects })}>{p.colours.excused > 0 && <Link to={projectsOf(scope, { colour: 'excused' })}>{t('wall.excused', { count: p.colours.excused })}</Link>}</Figure>
      <Figure name={t('wall.investment')} to={projectsOf(scope, { sort: '-investment' })} value={money(p.all.investment)}>{t('wall.done', { amount: money(p.all.investmentDone) })}</Figure>
      <Figure name={t('wall.doneThisYear', { year: p.year })} to={investmentsOf(scope, january, december, { state: 'reported' })} value={money(p.doneThisYear)}>
        {ofPlan ? <><Link to={investmentsOf(scope, january, december)}>{t('wall.ofPlan', { amount: money(p.plannedThisYear), share: ofPlan })}</Link><br />{t('wall.soFar', { amount: money(plannedSoFar(p)) })}</> : t('wall.noPlan')}
      </Figure>
      <Figure name={t('wall.red')} to={gravest(scope, 'red')} value={t('wall.count', { count: p.colours.red })} look={p.colours.red ? 'red' : undefined}>{p.overdue > 0 && <Link to={tasksOf(scope, { colour: 'red' })}>{t('wall.overdueTasks', { count: p.overdue })}</Link>}</Figure>
      <Figure name={t('wall.yellow')} to={gravest(scope, 'yellow')} value={t('wall.count', { count: p.colours.yellow })} look={p.colours.yellow ? 'yellow' : undefined} />
      <Figure name={t('wall.starts')} to={starts(p, scope, 'yes')} value={share(p.starts.done, p.starts.planned) ?? '—'}>{rate(p.starts, t('wall.start'), starts(p, scope), starts(p, scope, 'yes'))}</Figure>
      <Figure name={t('wall.completions')} to={completions(p, scope, 'yes')} value={share(p.completions.done, p.completions.planned) ?? '—'}>{rate(p.completions, t('wall.complete'), completions(p, scope), completions(p, scope, 'yes'))}</Figure>
    </div>
  )
}

function Figure({ name, value, to, look, children }: { name: string; value: string; to: string; look?: 'red' | 'yellow'; children?: ReactNode }) {
  return (
    <div className={`figure${look ? ` figure-${look}` : ''}`}>
      <div className="figure-name">{name}</div>
      <Link to={to} className="figure-value">{value}</Link>
      <div className="figure-more">{children}</div>
    </div>
  )
}
