import { expect, it } from 'vitest'

import { aheadOf, completions, gravest, investmentsOf, projectsOf, starts, tasksOf, withStatus } from './links'

const p = { year: 2026 }
const ahead = { days: 30, from: '2026-04-20', to: '2026-05-20', dueFrom: '2026-04-20T00:00:00+08:00', dueTo: '2026-05-21T00:00:00+08:00', tasks: 1, starts: 2, completions: 3 }
const query = (address: string) => Object.fromEntries(new URL(address, 'http://x').searchParams)

it('asks for what a figure counts, within what the wall shows', () => {
  const scope = { sector: 'industry' }
  expect(projectsOf(scope, { phase: 'approval', level: undefined })).toBe('/projects?sector=industry&library=true&phase=approval')
  expect(query(withStatus(scope, 'withdrawn'))).toEqual({ sector: 'industry', status: 'withdrawn' })
  expect(query(gravest({}, 'red'))).toEqual({ library: 'true', colour: 'red', sort: 'gravity' })
  expect(query(tasksOf(scope, { colour: 'red' }))).toEqual({ view: 'everyone', sector: 'industry', colour: 'red' })
  expect(query(investmentsOf(scope, '2026-03', '2026-03', { state: 'asked' }))).toEqual({ sector: 'industry', from: '2026-03', to: '2026-03', state: 'asked' })
  expect(query(starts(p, {}, 'yes'))).toMatchObject({ plannedStartFrom: '2026-01-01', plannedStartTo: '2026-12-31', started: 'yes' })
  expect(query(completions(p, {}))).not.toHaveProperty('completed')
  expect(query(aheadOf(ahead, 'tasks', {}))).toEqual({ view: 'everyone', dueFrom: '2026-04-20', dueTo: '2026-05-20' })
  expect(query(aheadOf(ahead, 'starts', {}))).toMatchObject({ plannedStartFrom: '2026-04-20', plannedStartTo: '2026-05-20', started: 'no' })
  expect(query(aheadOf(ahead, 'completions', {}))).toMatchObject({ plannedCompletionTo: '2026-05-20', completed: 'no' })
})
