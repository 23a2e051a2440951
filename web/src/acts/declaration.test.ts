import dayjs from 'dayjs'
import { expect, it } from 'vitest'

import { amended, profileOf, typedProfile, type TypedProfile } from './declaration'

const least: TypedProfile = {
  name: ' 漓江桥 ', unit: 'unit-zjj', owner: 'bridge', sector: 'transport', level: 'city', procedure: 'approval', investment: 23_000.25,
  plannedStart: dayjs('2026-07-31'), plannedCompletion: dayjs('2027-03-31'),
}
const full: TypedProfile = {
  ...least, name: '漓江桥', kind: 'new', funding: 'loan', government: true, investmentUSD: 120.5, annualTax: 0.01, tags: ['a'], specialities: ['planning'], summary: '扩建', source: '可研',
  asks: [{ resource: 'land', amount: '60.5', year: dayjs('2026-01-01') }],
}

it('leaves out what was left empty', () => {
  expect(profileOf({ ...least, kind: undefined, funding: '', investmentUSD: undefined, tags: [], summary: '', asks: [] })).toEqual({
    name: '漓江桥', unit: 'unit-zjj', owner: 'bridge', sector: 'transport', level: 'city', procedure: 'approval', investment: 23_000_250_000, plannedStart: '2026-07-31', plannedCompletion: '2027-03-31',
  })
})

it('says money in fen and dollars, and years as numbers', () => {
  expect(profileOf(full)).toMatchObject({ investmentUSD: 1_205_000, annualTax: 10_000, government: true, asks: [{ resource: 'land', amount: '60.5', year: 2026 }] })
})

it('keeps every fen when a declaration is typed over', () => {
  const declared = { ...profileOf(full), jurisdiction: 'guilin', investment: 123_456_789_012_345, annualTax: 123_456_789 }
  expect(profileOf(typedProfile(declared))).toEqual({ ...profileOf(full), investment: 123_456_789_012_345, annualTax: 123_456_789 })
})

it('is the same declaration when nothing was typed', () => {
  const declared = { ...profileOf(full), jurisdiction: 'guilin' }
  expect(profileOf(typedProfile(declared))).toEqual(profileOf(full))
  expect(amended(declared, profileOf(typedProfile(declared)))).toEqual([])
})

it('tells what was amended', () => {
  const declared = { ...profileOf(full), jurisdiction: 'guilin' }
  expect(amended(declared, profileOf({ ...full, name: '漓江大桥', government: false, asks: [{ resource: 'land', amount: '61', year: dayjs('2026-01-01') }] })).sort()).toEqual(['asks', 'government', 'name'])
  expect(amended({ ...declared, government: false }, profileOf({ ...full, government: undefined }))).toEqual([])
})
