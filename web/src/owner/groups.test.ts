import { expect, it } from 'vitest'

import { endOfWeek, grouped } from './groups'

const at = (s: string) => Date.parse(`${s}+08:00`)
const owed = (due?: string, paused?: boolean) => ({ due: due && `${due}+08:00`, paused })

it.each([['2026-03-02T00:00:00'], ['2026-03-04T09:00:00'], ['2026-03-08T23:59:59']])('the week of %s ends on Sunday midnight', (now) => {
  expect(endOfWeek(at(now))).toBe(at('2026-03-09T00:00:00'))
})

it('puts what is owed in groups, the most urgent first', () => {
  const now = at('2026-03-04T09:00:00')
  const all = [owed('2026-03-03T17:30:00'), owed('2026-03-06T17:30:00'), owed('2026-03-09T17:30:00'), owed('2026-03-01T17:30:00', true), owed()]
  expect(grouped(all, now).map((g) => [g.group, g.items.length])).toEqual([['overdue', 1], ['week', 1], ['later', 1], ['still', 2]])
  expect(grouped([owed('2026-03-08T17:30:00')], now)[0]?.group).toBe('week')
  expect(grouped([], now)).toEqual([])
})
