// From when until when something holds. The contract's ends are moments that do not belong to it any more; officials write the last day that does.

import type { Dayjs } from 'dayjs'

import { i18next } from '../words'
import { day, moment } from '../words/format'

const zone = '+08:00'
const midnight = (t: string) => new Date(t).getTime() % 86_400_000 === 16 * 3_600_000 // in Shanghai

/** The beginning of a day that was picked. */
export const begins = (d: Dayjs | null | undefined): string | undefined => d?.format(`YYYY-MM-DD[T00:00:00${zone}]`)

/** The end of the last day that was picked. */
export const ends = (d: Dayjs | null | undefined): string | undefined => begins(d?.add(1, 'day'))

/** 2026年7月1日至2026年7月15日 */
export function span(from?: string, to?: string): string {
  const since = from && (midnight(from) ? day(from) : moment(from))
  const until = to && (midnight(to) ? day(new Date(Date.parse(to) - 1000).toISOString()) : moment(to))
  if (since && until) return i18next.t('parts.fromTo', { from: since, to: until })
  if (since) return i18next.t('parts.since', { from: since })
  return until ? i18next.t('parts.until', { to: until }) : i18next.t('parts.always')
}

/** Whether something holds at a moment. */
export function stateAt(now: number, from?: string, to?: string): 'coming' | 'now' | 'over' {
  if (to && Date.parse(to) <= now) return 'over'
  return from && now < Date.parse(from) ? 'coming' : 'now'
}
