import { describe, expect, it } from 'vitest'

import { dueShown, lanes } from './Chart'
import { longest, moved, shortest, ticks, x, zoomed, type Scale } from './scale'

const at = (s: string) => Date.parse(s)
const scale = (from: string, to: string, width = 1000): Scale => ({ from: at(from), to: at(to), width })

describe('the time scale', () => {
  const s = scale('2026-03-01T00:00:00+08:00', '2026-05-01T00:00:00+08:00')
  it('keeps the place that is pointed at when it zooms', () => {
    const place = s.from + 0.3 * (s.to - s.from)
    for (const factor of [0.1, 0.5, 2, 10]) expect(x(zoomed(s, factor, 300), place)).toBeCloseTo(300, 6)
  })
  it('shows no less than a day and no more than ten years', () => {
    const near = zoomed(s, 1e-9, 0)
    expect(near.to - near.from).toBe(shortest)
    const far = zoomed(s, 1e9, 0)
    expect(far.to - far.from).toBe(longest)
  })
  it('moves by what is pulled', () => {
    expect(x(moved(s, 250), s.from + 0.25 * (s.to - s.from))).toBeCloseTo(0, 6)
  })
  it('begins months where they begin in China', () => {
    const found = ticks(scale('2026-01-15T00:00:00+08:00', '2026-12-31T00:00:00+08:00')).map((t) => t.at)
    expect(found[0]).toBe(at('2026-02-01T00:00:00+08:00'))
    expect(found).toContain(at('2026-10-01T00:00:00+08:00'))
  })
  it.each([[1], [7], [31], [91], [365], [1095], [3650]])('has readable marks over %d days', (days) => {
    const from = at('2026-02-10T07:00:00+08:00')
    const seen = { from, to: from + days * 86_400_000, width: 1000 }
    const places = ticks(seen).map((t) => x(seen, t.at))
    expect(places.length).toBeGreaterThan(1)
    places.reduce((before, now) => {
      expect(now - before).toBeGreaterThan(20)
      return now
    })
  })
})

describe('lanes', () => {
  const bar = (from: string, to?: string) => ({ from: `${from}T09:00:00+08:00`, to: to && `${to}T09:00:00+08:00`, name: { zh: '', en: '' }, opened: 1 })
  const now = at('2026-06-01T00:00:00+08:00')
  it('puts what follows into one lane and what overlaps into several', () => {
    expect(lanes([bar('2026-03-01', '2026-03-05'), bar('2026-03-05', '2026-03-09')], now)).toEqual([0, 0])
    expect(lanes([bar('2026-03-01'), bar('2026-03-05', '2026-03-09'), bar('2026-03-10')], now)).toEqual([0, 1, 1])
  })
})

describe('due marks', () => {
  const bar = (to?: string) => ({ from: '2026-03-01T09:00:00+08:00', due: '2026-03-10T17:30:00+08:00', to, name: { zh: '', en: '' }, opened: 1 })
  it('are shown of what is open or was late, not of what was done in time, nor of phases', () => {
    expect(dueShown(bar())).toBe(true)
    expect(dueShown(bar('2026-03-11T09:00:00+08:00'))).toBe(true)
    expect(dueShown(bar('2026-03-10T09:00:00+08:00'))).toBe(false)
    expect(dueShown({ ...bar(), phase: 'approval' })).toBe(false)
  })
})
