import { describe, expect, it } from 'vitest'

import type { Schemas } from '../api/client'
import { current, doneBefore, later, months, plannedIn, spread } from './figures'

const wan = 1_000_000
const report = (seq: number, period: string, investment: number, corrects?: number) => ({ seq, period, investment: investment * wan, planned: 100 * wan, image: '', lamp: 'green', corrects })
const project = (reporting: Schemas['Reporting'], profile = {}) => ({ reporting, profile: { plannedStart: '2026-07-31', plannedCompletion: '2027-03-31', investment: 900 * wan, ...profile } }) as Schemas['Project']

it('counts months over the turn of a year', () => {
  expect(later('2026-11', 2)).toBe('2027-01')
  expect(later('2026-12', 0)).toBe('2026-12')
})

describe('what is planned for a month', () => {
  it('is what the plan says, and nothing where it is silent', () => {
    const p = project({ plan: [{ period: '2026-08', amount: 5 }] })
    expect(plannedIn(p, '2026-08')).toBe(5)
    expect(plannedIn(p, '2026-09')).toBe(0)
  })
  it('is spread evenly over the planned time where there is no plan', () => {
    expect(plannedIn(project({}), '2026-06')).toBe(0)
    expect(plannedIn(project({}), '2026-07')).toBe(100 * wan)
    expect(plannedIn(project({}), '2027-06')).toBe(100 * wan) // late, and behind by as much each month
  })
})

describe('what was reported', () => {
  const reporting = { plan: [{ period: '2026-08', amount: 100 * wan }, { period: '2026-10', amount: 50 * wan }], reports: [report(3, '2026-08', 90), report(5, '2026-09', 10), report(8, '2026-08', 80, 3)] }
  it('counts as corrected', () => {
    expect(current(reporting.reports).map((r) => r.seq)).toEqual([8, 5])
    expect(doneBefore(project(reporting), '2026-10')).toBe(90 * wan)
    expect(doneBefore(project(reporting), '2026-09')).toBe(80 * wan)
  })
  it('stands beside the plan with sums, months without a report too', () => {
    expect(months(project(reporting)).map((m) => [m.period, m.planned / wan, m.done === undefined ? '-' : m.done / wan, m.plannedToDate / wan, m.doneToDate / wan, m.records.length])).toEqual([
      ['2026-08', 100, 80, 100, 80, 2], ['2026-09', 100, 10, 200, 90, 1], ['2026-10', 50, '-', 250, 90, 0],
    ])
  })
})

it('spreads what is left without losing a fen', () => {
  const p = project({}, { investment: 1000 * wan + 7 })
  const kept = [{ period: '2026-08', amount: 100 * wan }]
  const rest = spread(p, kept, '2026-07')
  expect(rest.map((m) => m.period)).toEqual(['2026-07', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03'])
  expect(rest.reduce((sum, m) => sum + m.amount, 0)).toBe(900 * wan + 7)
})
