// A year as twelve small months.

import type { Schemas } from '../api/client'

type Day = Schemas['CalendarDay']

export interface Month {
  month: number
  /** Weeks from Monday on; nothing where a day belongs to another month. */
  weeks: readonly (Day | undefined)[][]
}

export function monthsOf(days: readonly Day[]): Month[] {
  return Array.from({ length: 12 }, (_, m) => {
    const own = days.filter((d) => Number(d.date.slice(5, 7)) === m + 1)
    const first = own[0] ? (new Date(`${own[0].date}T12:00:00Z`).getUTCDay() + 6) % 7 : 0
    const cells: (Day | undefined)[] = [...Array<undefined>(first), ...own]
    while (cells.length % 7) cells.push(undefined)
    return { month: m + 1, weeks: Array.from({ length: cells.length / 7 }, (_, w) => cells.slice(7 * w, 7 * w + 7)) }
  })
}

export interface Span { from: string; to: string; name: string; kind: Day['kind'] }

/** Holidays and make-up days, what belongs together in one line. */
export function spansOf(days: readonly Day[]): Span[] {
  const spans: Span[] = []
  let next = ''
  for (const d of days) {
    if (d.kind !== 'holiday' && d.kind !== 'makeup') continue
    const last = spans.at(-1)
    if (last && last.kind === d.kind && last.name === (d.name ?? '') && next === d.date) last.to = d.date
    else spans.push({ from: d.date, to: d.date, name: d.name ?? '', kind: d.kind })
    next = new Date(Date.parse(`${d.date}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
  }
  return spans
}
