// What the inbox asks the server for: the view, and what was chosen of it, as the address says.

import dayjs from 'dayjs'

import type { operations } from '../api/schema.gen'
import { begins, ends } from '../parts/span'

export const views = ['unit', 'mine', 'unassigned', 'everyone', 'closed'] as const
export type View = (typeof views)[number]
type Asked = NonNullable<operations['listTasks']['parameters']['query']>

/** The choices that the address keeps. */
export const choices = ['colour', 'kind', 'q', 'party', 'jurisdiction', 'unit', 'sector', 'level', 'class', 'dueFrom', 'dueTo', 'sort'] as const

const of: Record<View, Asked> = {
  unit: {}, mine: { mine: true }, unassigned: { unassigned: true }, everyone: { everyone: true }, closed: { state: 'closed', sort: '-closed' },
}

const date = (d: string | null) => (d && dayjs(d).isValid() ? dayjs(d) : undefined)

/** The question for a view. Who has no work of his own looks at everybody's. */
export function askedOf(view: View, params: URLSearchParams, onlooker: boolean): Asked {
  const value = (name: (typeof choices)[number]) => params.get(name) ?? undefined
  const everyone = onlooker || view === 'everyone'
  const [partyKind, partyCode] = (everyone && value('party')?.split('/')) || []
  const asked = {
    ...of[view], everyone: everyone || undefined, partyKind, partyCode, jurisdiction: value('jurisdiction'),
    unit: value('unit'), sector: value('sector'), level: value('level') as Asked['level'], class: value('class') as Asked['class'],
    colour: value('colour'), kind: value('kind'), q: value('q'), dueFrom: begins(date(params.get('dueFrom'))), dueTo: ends(date(params.get('dueTo'))), sort: value('sort') ?? of[view].sort,
  }
  return Object.fromEntries(Object.entries(asked).filter(([, v]) => v !== undefined))
}
