import { useQuery } from '@tanstack/react-query'
import { Descriptions, Form } from 'antd'
import { useTranslation } from 'react-i18next'

import { doneBefore, plannedIn } from '../project/figures'
import { reportsQuery } from '../project/query'
import { day, moment, money, month, text } from '../words/format'
import type { About } from './choices'
import { amended, profileOf, type TypedProfile } from './declaration'
import { itemOf } from './prefill'

type Fact = { label: string; children: React.ReactNode }

/** What the record knows of what is typed, beside it. */
export function Known({ about }: { about: About }) {
  const { t } = useTranslation()
  const facts = useFacts(about)
  return (
    <>
      {facts.length > 0 && <Descriptions size="small" column={{ xs: 1, md: 2 }} className="known" title={t('attach.known')} items={facts} />}
      {about.act.operation === 'amendDeclaration' && <Changed about={about} />}
    </>
  )
}

function useFacts({ project, pack, act }: About): Fact[] {
  const { t } = useTranslation()
  const investment = Form.useWatch('investment') as number | null | undefined
  const { params } = act
  const due = project.tasks.find((k) => k.key === act.task)?.clock.due
  const until: Fact[] = due ? [{ label: t('task.due'), children: moment(due) }] : []
  switch (act.operation) {
    case 'fileReport':
    case 'correctReport': {
      const record = (project.reporting.reports ?? []).findLast((r) => r.period === params.period)
      const planned = record?.planned ?? plannedIn(project, params.period!)
      return [
        { label: t('field.period'), children: month(params.period!) }, ...until,
        ...(record ? [{ label: t('attach.reported'), children: `${money(record.investment)} (${t('attach.corrected', { seq: record.seq })})` }] : []),
        { label: t('attach.plannedMonth'), children: money(planned) + (investment && planned ? ` · ${t('attach.share', { share: Math.round((investment * 100_000_000) / planned) })}` : '') },
        { label: t('attach.doneBefore'), children: money(doneBefore(project, params.period!)) }, { label: t('attach.total'), children: money(project.profile.investment) },
      ]
    }
    case 'confirmNeed': {
      const need = project.needs.find((n) => n.resource === params.resource && String(n.year) === params.year)
      return need ? [{ label: `${text(need.name)} ${need.year}`, children: `${t('attach.askedFor')} ${need.asked} ${text(need.unit)}` }, ...until] : until
    }
    case 'movePlannedDate': return (['start', 'completion'] as const).map((which) => ({
      label: t('attach.nowPlanned', { which: t(`choice.which.${which}`) }), children: day(which === 'start' ? project.profile.plannedStart : project.profile.plannedCompletion),
    }))
    case 'replace': return project.debt ? [{ label: t('attach.owed'), children: money(project.debt.size) }, ...until] : until
    case 'keepCommitment': {
      const owed = project.commitments.find((c) => c.item === params.item && c.paper === params.paper && !c.kept && !c.void)
      const { state, rule } = itemOf({ project, pack, act })
      return [
        { label: t('inbox.task'), children: text(state?.name) }, { label: t('field.paper'), children: text(rule?.papers.find((p) => p.key === params.paper)?.name) || params.paper },
        ...(owed ? [{ label: t('field.due'), children: t('attach.promisedFor', { day: day(owed.due) }) }] : []),
      ]
    }
    case 'excuseLamp': {
      const lamp = project.row.lamps.find((l) => l.kind === params.lamp)
      return lamp ? [{ label: t('attach.lampNow'), children: `${t(`lamp.${lamp.kind}`)} ${t(`colour.${lamp.colour}`)}${lamp.reason ? ` · ${text(lamp.reason)}` : ''}` }] : []
    }
    case 'fileSettlement': return [{ label: t('attach.total'), children: money(project.profile.investment) }, { label: t('project.done'), children: money(project.row.investmentDone) }, ...until]
    case 'closeProblem':
    case 'assignProblem': {
      const problem = project.problems.find((p) => p.id === params.problem?.replaceAll('~', '/'))
      return problem ? [{ label: t('field.title'), children: problem.title }, ...(problem.detail ? [{ label: t('field.detail'), children: problem.detail }] : [])] : []
    }
    case 'finishRectification': {
      const found = project.acceptance.rectify?.find((r) => r.id === params.rectification?.replaceAll('~', '/'))
      return found ? [{ label: t('field.what'), children: found.what }, { label: t('field.due'), children: day(found.due) }] : []
    }
    default: return until
  }
}

/** What an amendment changes, as it is typed. */
function Changed({ about }: { about: About }) {
  const { t } = useTranslation()
  const typed = Form.useWatch('profile') as TypedProfile | undefined
  if (!typed?.plannedStart || !typed.plannedCompletion || !typed.name || typed.asks?.some((a) => !a?.year || !a.amount)) return null
  const changed = amended(about.project.profile, profileOf(typed))
  return <p className="dim" aria-live="polite">{changed.length ? t('declaration.amended', { count: changed.length, fields: changed.map((k) => t(`declaration.${k}`)).join('、') }) : t('declaration.unchanged')}</p>
}

/** The reports of a project with their words, where an act needs them. */
export const useReports = ({ project, act }: About) => useQuery({ ...reportsQuery(project.row.id), enabled: act.operation === 'correctReport' })
