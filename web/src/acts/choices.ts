// Where the choices of the forms come from: the project's pack, its state, the colleagues.

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { units } from '../app/queries'
import { text } from '../words/format'
import type { From } from './catalog'

/** What an act is about. */
export interface About {
  project: Schemas['Project']
  pack: Schemas['Pack']
  act: Schemas['Act']
}

export interface Option {
  value: string
  label: string
}

const named = (all: readonly { key: string; name: Schemas['Text'] }[] | undefined): Option[] => (all ?? []).map((c) => ({ value: c.key, label: text(c.name) }))

/** The choices of a field. */
export function useChoices(from: From, field: string, { project, pack, act }: About): Option[] {
  const { t } = useTranslation()
  const names = useNames()
  const colleagues = useQuery({
    queryKey: ['colleagues', act.post], enabled: from === 'colleagues',
    queryFn: ({ signal }) => whole(api.GET('/colleagues', { params: { header: { 'Milepost-Post': act.post } }, signal })),
  })
  const all = useQuery({ ...units, enabled: from === 'parties' })
  const item = pack.items.find((i) => i.key === act.params.item)
  if (Array.isArray(from)) return (from as readonly string[]).map((v) => ({ value: v, label: t(`choice.${field}.${v}` as 'choice.which.start') }))
  switch (from as Exclude<From, readonly string[]>) {
    case 'pauses': return named(pack.clock.pauseReasons.filter((r) => !item?.pauses?.length || item.pauses.includes(r.key)))
    case 'specialities': return named(pack.evaluation.specialities)
    case 'colleagues': return (colleagues.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }))
    case 'items': return project.items.filter((i) => i.state === 'accepted').map((i) => ({ value: i.key, label: text(i.name) }))
    case 'reviews': return project.jointReviews.filter((r) => item && r.items.includes(item.key)).map((r) => ({ value: r.id, label: r.at }))
    case 'parties':
      if (field === 'unit') return (all.data?.items ?? []).map((u) => ({ value: u.code, label: text(u.name) }))
      return [
        { value: `unit/${project.row.unit}`, label: names.unit(project.row.unit) }, { value: `owner/${project.row.owner}`, label: names.owner(project.row.owner) },
        ...pack.departments.map((d) => ({ value: `department/${d.code}`, label: text(d.name) })),
      ]
  }
}
