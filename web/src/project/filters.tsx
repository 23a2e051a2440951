// What projects are looked for by, in the address of a page: as controls, and as tags that can be taken away.

import { useQuery } from '@tanstack/react-query'
import { Flex, Select, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import { useNames } from '../app/names'
import { jurisdictions, units } from '../app/queries'
import { useSectors } from '../app/sectors'
import { shortDate } from '../words/format'
import { zh } from '../words/zh'

/** The filters of lists of projects that the server knows, by the names that they have there. */
export const projectFilters = [
  'jurisdiction', 'phase', 'status', 'library', 'unit', 'owner', 'sector', 'level', 'class', 'plannedStartFrom', 'plannedStartTo',
  'plannedCompletionFrom', 'plannedCompletionTo', 'started', 'completed', 'lamp', 'colour', 'q',
] as const

/** The filters by whose projects it is, which lists of work and of investments have too. */
export const scopeFilters = ['jurisdiction', 'unit', 'sector', 'level', 'class'] as const
export type Scope = Partial<Record<(typeof scopeFilters)[number], string>>

/** Of an address, what is known of. */
export function picked<N extends string>(params: URLSearchParams, names: readonly N[]): Partial<Record<N, string>> {
  return Object.fromEntries(names.flatMap((n) => { const v = params.get(n); return v ? [[n, v]] : [] })) as Partial<Record<N, string>>
}

const words = { phase: zh.phase, status: zh.status, colour: zh.colour, level: zh.level, class: zh.class }
export type Control = keyof typeof words | 'sector' | 'unit' | 'jurisdiction'

/** Controls for some of the filters. */
export function Filters({ names: shown, params, look }: { names: readonly Control[]; params: URLSearchParams; look: (name: string, value?: string) => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const sectors = useSectors()
  const places = useQuery(jurisdictions).data?.items ?? []
  const all = useQuery(units).data?.items ?? []
  const label: Record<Control, string> = {
    phase: t('projects.phase'), status: t('projects.status'), colour: t('inbox.lamp'), level: t('projects.level'), class: t('wall.filter.class'),
    sector: t('projects.sector'), unit: t('projects.unit'), jurisdiction: t('wall.filter.jurisdiction'),
  }
  const options = (c: Control) => {
    switch (c) {
      case 'sector': return sectors.keys.map((k) => ({ value: k, label: sectors.name(k) }))
      case 'unit': return all.map((u) => ({ value: u.code, label: names.unit(u.code) }))
      case 'jurisdiction': return places.map((j) => ({ value: j.code, label: names.jurisdiction(j.code) }))
      default: return Object.keys(words[c]).map((k) => ({ value: k, label: t(`${c}.${k}` as 'phase.approval') }))
    }
  }
  return shown.filter((c) => c !== 'jurisdiction' || places.length > 1).map((c) => (
    <Select
      key={c} allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={label[c]} aria-label={label[c]} value={params.get(c) ?? undefined} onChange={(v?: string) => look(c, v)}
      popupMatchSelectWidth={false} className={`pick${c === 'unit' ? ' pick-long' : ''}`} options={options(c)}
    />
  ))
}

/** What else an address asks for, each to be taken away. */
export function Chosen({ params, but, change }: { params: URLSearchParams; but: readonly string[]; change: (gone: readonly string[]) => void }) {
  const { t } = useTranslation()
  const chips = useChips(params).filter((c) => !c.names.every((n) => but.includes(n)))
  if (chips.length === 0) return null
  return (
    <Flex gap="small" wrap className="bar" role="group" aria-label={t('wall.filter.all')}>
      {chips.map((c) => (
        <Tag key={c.names.join()} closable={{ 'aria-label': t('wall.filter.remove', { what: c.text }) }} onClose={(e) => { e.preventDefault(); change(c.names) }}>{c.text}</Tag>
      ))}
    </Flex>
  )
}

interface Chip { names: readonly string[]; text: string }

function useChips(params: URLSearchParams): Chip[] {
  const { t } = useTranslation()
  const names = useNames()
  const sectors = useSectors()
  const chips: Chip[] = []
  const add = (name: string, say: (value: string) => string) => {
    const value = params.get(name)
    if (value) chips.push({ names: [name], text: say(value) })
  }
  const span = (what: string, first: string, last: string, say: (t: string) => string) => {
    const [from, to] = [params.get(first), params.get(last)]
    if (!from && !to) return
    const range = from && to ? t('wall.filter.fromTo', { from: say(from), to: say(to) }) : from ? t('wall.filter.from', { from: say(from) }) : t('wall.filter.to', { to: say(to!) })
    chips.push({ names: [first, last], text: `${what} ${range}` })
  }
  const of = (room: keyof typeof words, name: string = room) => add(name, (v) => t(`${room}.${v}` as 'phase.approval'))
  add('library', () => t('wall.filter.library'))
  add('jurisdiction', names.jurisdiction)
  add('unit', names.unit)
  add('owner', names.owner)
  add('sector', sectors.name)
  of('level')
  of('class')
  of('phase')
  of('status')
  add('lamp', (v) => t('wall.filter.lamp', { lamp: t(`lamp.${v as 'approval'}`) }))
  of('colour')
  span(t('wall.filter.plannedStart'), 'plannedStartFrom', 'plannedStartTo', shortDate)
  add('started', (v) => t(v === 'yes' ? 'wall.filter.started' : 'wall.filter.notStarted'))
  span(t('wall.filter.plannedCompletion'), 'plannedCompletionFrom', 'plannedCompletionTo', shortDate)
  add('completed', (v) => t(v === 'yes' ? 'wall.filter.completed' : 'wall.filter.notCompleted'))
  span(t('wall.filter.due'), 'dueFrom', 'dueTo', shortDate)
  add('q', (v) => `${t('wall.filter.name')} ${v}`)
  return chips
}
