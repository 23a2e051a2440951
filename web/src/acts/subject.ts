// What an act is about, in words.

import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { month, text } from '../words/format'

/** Tells what an act is about: an item, a month, a problem; nothing where it is about the project. */
export function useSubject(project: Schemas['Project']) {
  const { t } = useTranslation()
  return ({ params, task }: Schemas['Act']): string => {
    const about = (key: string | undefined) => key?.replaceAll('~', '/')
    if (params.item) return text(project.items.find((i) => i.key === params.item)?.name) || params.item
    if (params.period) return month(params.period)
    if (params.lamp) return t(`lamp.${params.lamp as 'start'}`)
    if (params.resource) return `${text(project.needs.find((n) => n.resource === params.resource)?.name) || params.resource} ${params.year ?? ''}`
    if (params.condition) return text(project.start.conditions?.find((c) => c.key === params.condition)?.name) || params.condition
    if (params.node) return project.plan.find((n) => n.key === params.node)?.title ?? params.node
    if (params.problem) return project.problems.find((p) => p.id === about(params.problem))?.title ?? params.problem
    if (params.rectification) return project.acceptance.rectify?.find((r) => r.id === about(params.rectification))?.what ?? params.rectification
    if (params.jointReview) return project.jointReviews.find((r) => r.id === about(params.jointReview))?.at ?? params.jointReview
    const work = about(params.task) ?? task
    return text(project.tasks.find((k) => k.key === work)?.name)
  }
}
