import dayjs from 'dayjs'
import { expect, it } from 'vitest'

import '../words'
import { begins, ends, span, stateAt } from './span'

it('writes the last day that belongs to it, wherever the reader is', () => {
  expect(span('2026-07-01T00:00:00+08:00', '2026-07-16T00:00:00+08:00')).toBe('2026年7月1日至2026年7月15日')
  expect(span('2026-06-30T16:00:00Z')).toBe('2026年7月1日起')
  expect(span(undefined, '2026-07-16T00:00:00+08:00')).toBe('至2026年7月15日')
  expect(span()).toBe('长期')
})

it('tells an end within a day to the minute', () => expect(span('2026-07-01T00:00:00+08:00', '2026-07-03T10:30:00+08:00')).toBe('2026年7月1日至2026年7月3日 10:30'))

it('sends the days that were picked as Shanghai has them, the last one whole', () => {
  expect(begins(dayjs('2026-07-01'))).toBe('2026-07-01T00:00:00+08:00')
  expect(ends(dayjs('2026-07-31'))).toBe('2026-08-01T00:00:00+08:00')
  expect(ends(null)).toBeUndefined()
})

it.each([
  ['2026-06-30T23:59:59+08:00', 'coming'], ['2026-07-01T00:00:00+08:00', 'now'], ['2026-07-15T23:59:59+08:00', 'now'], ['2026-07-16T00:00:00+08:00', 'over'],
])('at %s it is %s', (at, state) => expect(stateAt(Date.parse(at), '2026-07-01T00:00:00+08:00', '2026-07-16T00:00:00+08:00')).toBe(state))
