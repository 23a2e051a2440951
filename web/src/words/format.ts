// Dates, money and limits as officials write them. All times are civil: Asia/Shanghai, whatever the reader's machine says.

import { i18next, language } from '.'

const zone = 'Asia/Shanghai'
const locale = () => (language() === 'zh' ? 'zh-CN' : 'en-GB')
const format = (t: string | Date, o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...o }).format(new Date(t))

/** 2026年3月2日 */
export const day = (t: string) => format(t.length === 10 ? `${t}T12:00:00+08:00` : t, { year: 'numeric', month: language() === 'zh' ? 'long' : 'short', day: 'numeric' })

/** 2026年3月2日 周一 */
export const dayOfWeek = (t: string) =>
  format(t.length === 10 ? `${t}T12:00:00+08:00` : t, { year: 'numeric', month: language() === 'zh' ? 'long' : 'short', day: 'numeric', weekday: 'short' })

/** 2026年3月2日 18:00 */
export const moment = (t: string | Date) =>
  format(t, { year: 'numeric', month: language() === 'zh' ? 'long' : 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** 3月2日 */
export const shortDay = (t: string) => format(t.length === 10 ? `${t}T12:00:00+08:00` : t, { month: language() === 'zh' ? 'long' : 'short', day: 'numeric' })

/** 2026-03-02 */
export const shortDate = (t: string) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(t.length === 10 ? `${t}T12:00:00+08:00` : t))

/** 2026-03 → 2026年3月 */
export const month = (period: string) => format(`${period}-15T12:00:00+08:00`, { year: 'numeric', month: 'long' })

/** 2026-03 → 3月 */
export const shortMonth = (period: string) => format(`${period}-15T12:00:00+08:00`, { month: language() === 'zh' ? 'numeric' : 'short' })

const trimmed = (n: number, places: number) => n.toLocaleString(locale(), { maximumFractionDigits: places })

/** An amount of land, energy and the like, which comes as a decimal. */
export const quantity = (decimal: string): string => trimmed(Number(decimal), 6)

/** Fen as 万元, or as 亿元 from one on. */
export function money(fen: number): string {
  const wan = fen / 1_000_000
  if (language() === 'en') return Math.abs(wan) >= 10_000 ? `CNY ${trimmed(wan / 100, 2)} million` : `CNY ${trimmed(fen / 100, 2)}`
  return Math.abs(wan) >= 10_000 ? `${trimmed(wan / 10_000, 2)}亿元` : `${trimmed(wan, 2)}万元`
}

// Of a picture, all amounts are in the unit of the largest.
const large = (most: number) => (language() === 'en' ? 100_000_000 : most >= 10_000_000_000 ? 10_000_000_000 : 1_000_000)

/** Fen in the unit that amounts up to the largest are shown in. */
export const amount = (fen: number, most: number): number => Math.round((100 * fen) / large(most)) / 100

/** That unit. */
export const amountUnit = (most: number): string => i18next.t(language() === 'en' || large(most) > 1_000_000 ? 'unit.large' : 'unit.small')

/** How many working days are left. */
export function countdown(task: { due?: string; daysLeft?: number; paused?: boolean }): string {
  if (task.paused) return i18next.t('due.paused')
  if (!task.due || task.daysLeft === undefined) return i18next.t('due.none')
  if (task.daysLeft < 0) return i18next.t('due.over', { count: -task.daysLeft })
  return task.daysLeft === 0 ? i18next.t('due.less') : i18next.t('due.left', { count: task.daysLeft })
}

/** What is written in both languages. */
export const text = (t: { zh: string; en: string } | undefined): string => (t === undefined ? '' : language() === 'zh' ? t.zh : t.en || t.zh)

const units: [number, string][] = [[86_400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]

/** How much time a second of a simulated clock stands for. */
export function pace(rate: number): string {
  const [length, unit] = units.find(([l]) => rate >= l) ?? [1, 'second']
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(rate / length)
}

/** A size as people write it. */
export function size(bytes: number): string {
  const [n, unit] = bytes < 1 << 20 ? [Math.max(1, Math.round(bytes / 1024)), 'KB'] : [bytes / (1 << 20), 'MB']
  return `${trimmed(n, 1)} ${unit}`
}

/** The civil day of a moment: 2026-03-02. */
export const civilDay = (t: string): string => new Date(Date.parse(t) + 8 * 3_600_000).toISOString().slice(0, 10)
