// What is owed, by when.

export const groups = ['overdue', 'week', 'later', 'still'] as const
export type Group = (typeof groups)[number]

type Owed = { due?: string; paused?: boolean }

const zone = 8 * 3_600_000 // weeks end where they end in China
const day = 86_400_000

/** The end of the week of a moment: Sunday midnight, Asia/Shanghai. */
export function endOfWeek(now: number): number {
  const civil = new Date(now + zone)
  const weekday = (civil.getUTCDay() + 6) % 7 // Monday is 0
  return Math.floor((now + zone) / day) * day - zone + (7 - weekday) * day
}

/** In which group something owed belongs at a moment. */
export function groupOf({ due, paused }: Owed, now: number): Group {
  if (!due || paused) return 'still'
  const at = Date.parse(due)
  if (at < now) return 'overdue'
  return at < endOfWeek(now) ? 'week' : 'later'
}

/** What is owed in groups, in the order given; empty groups are left out. */
export function grouped<T extends Owed>(owed: readonly T[], now: number): { group: Group; items: T[] }[] {
  return groups.map((group) => ({ group, items: owed.filter((o) => groupOf(o, now) === group) })).filter((g) => g.items.length > 0)
}
