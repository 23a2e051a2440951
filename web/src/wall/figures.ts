// What is worked out of the figures for the eye.

import type { Schemas } from '../api/client'

type Portfolio = Schemas['Portfolio']

/** 0.634 → 63% ; nothing where nothing was planned. */
export const share = (done: number, planned: number): string | undefined => (planned > 0 ? `${Math.round((100 * done) / planned)}%` : undefined)

/** The month of a civil moment. */
export const monthOf = (moment: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(moment)).slice(0, 7)

/** What was to be invested by the end of the last month: what can be held against what is reported. */
export const plannedSoFar = (p: Pick<Portfolio, 'asOf' | 'months'>): number =>
  p.months.filter((m) => m.period < monthOf(p.asOf)).reduce((sum, m) => sum + m.planned, 0)

/** What is done in a month as far as it is known; nothing where nobody has reported. */
export const known = (m: Schemas['PortfolioMonth']): number | undefined => (m.reported > 0 ? m.done : undefined)

/** How many days a lamp has burned, the first counted. */
export const daysSince = (since: string, now: string): number => {
  const day = (t: string) => Math.floor((Date.parse(t) + 8 * 3_600_000) / 86_400_000)
  return day(now) - day(since) + 1
}

/** The lamps that give a project its colour, the longest burning first. */
export function worst(row: Pick<Schemas['ProjectSummary'], 'colour' | 'lamps'>): Schemas['Lamp'][] {
  const since = (l: Schemas['Lamp']) => Date.parse((l.colour === 'red' ? l.redAt : l.yellowAt) ?? '') || 0
  return row.lamps.filter((l) => l.colour === row.colour).sort((a, b) => since(a) - since(b))
}
