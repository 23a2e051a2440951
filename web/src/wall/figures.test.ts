import { expect, it } from 'vitest'

import { daysSince, known, plannedSoFar, share, worst } from './figures'

const months = [1, 2, 3, 4].map((m) => ({ period: `2026-0${m}`, planned: 100 * m, done: 10, reported: m < 3 ? 1 : 0, asked: 0 }))

it('says shares, and nothing of nothing', () => {
  expect(share(1, 3)).toBe('33%')
  expect(share(5, 0)).toBeUndefined()
})

it('holds what is done against what was due by the last month, by Chinese time', () => {
  expect(plannedSoFar({ asOf: '2026-03-31T15:59:00Z', months })).toBe(300)
  expect(plannedSoFar({ asOf: '2026-03-31T16:00:00Z', months })).toBe(600)
})

it('tells a month that nobody reported from one in which nothing was done', () => {
  expect(known({ ...months[0]!, done: 0 })).toBe(0)
  expect(known(months[2]!)).toBeUndefined()
})

it('counts the days of a lamp as people do', () => {
  expect(daysSince('2026-03-16T17:30:00+08:00', '2026-03-16T18:00:00+08:00')).toBe(1)
  expect(daysSince('2026-03-16T17:30:00+08:00', '2026-03-17T00:10:00+08:00')).toBe(2)
})

it('names the lamps that give the colour, the longest burning first', () => {
  const row = {
    colour: 'red' as const,
    lamps: [
      { kind: 'start' as const, colour: 'red' as const, redAt: '2026-03-20T00:00:00Z' }, { kind: 'funds' as const, colour: 'green' as const },
      { kind: 'approval' as const, colour: 'red' as const, redAt: '2026-03-10T00:00:00Z' }, { kind: 'progress' as const, colour: 'yellow' as const },
    ],
  }
  expect(worst(row).map((l) => l.kind)).toEqual(['approval', 'start'])
})
