// The time scale of the chart.

export interface Scale {
  from: number
  to: number
  width: number
}

export const x = (s: Scale, t: number): number => ((t - s.from) / (s.to - s.from)) * s.width

const dayLength = 86_400_000
const zoneShift = 8 * 3_600_000 // civil days begin in Asia/Shanghai

/** The shortest and the longest span that can be looked at: a day, and ten years. */
export const shortest = dayLength
export const longest = 3653 * dayLength

/** The scale seen nearer or from farther off, around a place of the picture. */
export function zoomed(s: Scale, factor: number, at: number): Scale {
  const span = Math.min(longest, Math.max(shortest, (s.to - s.from) * factor))
  const kept = s.from + (at / s.width) * (s.to - s.from)
  const from = kept - (at / s.width) * span
  return { ...s, from, to: from + span }
}

/** The scale moved by so many points of the picture. */
export function moved(s: Scale, by: number): Scale {
  const shift = (by / s.width) * (s.to - s.from)
  return { ...s, from: s.from + shift, to: s.to + shift }
}

export interface Tick {
  at: number
  unit: 'year' | 'month' | 'day' | 'hour'
}

type Unit = Tick['unit']

function start(t: number, unit: Unit): number {
  const d = new Date(t + zoneShift)
  switch (unit) {
    case 'year': return Date.UTC(d.getUTCFullYear(), 0, 1) - zoneShift
    case 'month': return Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 1) - zoneShift
    case 'day': return Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()) - zoneShift
    case 'hour': return Math.floor(t / 3_600_000) * 3_600_000
  }
}

function next(t: number, unit: Unit, step: number): number {
  const d = new Date(t + zoneShift)
  switch (unit) {
    case 'year': return Date.UTC(d.getUTCFullYear() + step, 0, 1) - zoneShift
    case 'month': return Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + step, 1) - zoneShift
    case 'day': {
      // Days are counted within their month, so that each month begins with a tick.
      const day = d.getUTCDate() + step
      const last = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).getUTCDate()
      return Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + (day > last || last - day < step / 2 ? 1 : 0), day > last || last - day < step / 2 ? 1 : day) - zoneShift
    }
    case 'hour': return t + step * 3_600_000
  }
}

const steps: [Unit, number, number][] = [
  ['hour', 3, 3 / 24], ['hour', 6, 0.25], ['day', 1, 1], ['day', 5, 5], ['day', 10, 10], ['month', 1, 30], ['month', 3, 91], ['year', 1, 365],
]

/** Marks on the time line, at least so many points apart. */
export function ticks(s: Scale, apart = 64): Tick[] {
  const perDay = s.width / ((s.to - s.from) / dayLength)
  const [unit, step] = steps.find(([, , days]) => days * perDay >= apart) ?? steps.at(-1)!
  const found: Tick[] = []
  let t = start(s.from, unit === 'month' || unit === 'hour' ? (unit === 'hour' ? 'day' : 'year') : unit === 'day' ? 'month' : unit)
  for (; t <= s.to && found.length < 500; t = next(t, unit, step)) if (t >= s.from) found.push({ at: t, unit })
  return found
}
