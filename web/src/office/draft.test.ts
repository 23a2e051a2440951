// @vitest-environment happy-dom
import dayjs from 'dayjs'
import { beforeEach, expect, it } from 'vitest'

import { discard, draftOf, keep } from './draft'

beforeEach(() => localStorage.clear())

it('keeps what was typed, with its dates, for whoever typed it', () => {
  keep('u1', { name: '桥', plannedStart: dayjs('2026-09-01'), asks: [{ resource: 'land', amount: '60', year: dayjs('2026-01-01') }] })
  const draft = draftOf('u1')
  expect(draft?.profile.name).toBe('桥')
  expect(draft?.profile.plannedStart?.format('YYYY-MM-DD')).toBe('2026-09-01')
  expect(draft?.profile.asks?.[0]?.year.year()).toBe(2026)
  expect(draftOf('u2')).toBeUndefined()
})

it('keeps nothing of an empty form, nor what was discarded, and survives what it cannot read', () => {
  keep('u1', { name: '桥' })
  keep('u1', { name: '', tags: [], government: false })
  expect(draftOf('u1')).toBeUndefined()
  keep('u1', { name: '桥' })
  discard('u1')
  expect(draftOf('u1')).toBeUndefined()
  localStorage.setItem('milepost.declaration.u1', '{')
  expect(draftOf('u1')).toBeUndefined()
})
