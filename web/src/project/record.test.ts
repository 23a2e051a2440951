import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import type { Schemas } from '../api/client'
import { concerns, kinds, ofItems, ofTasks, tasksIn } from './record'

const entry = (data: object) => ({ data }) as Schemas['Entry']

it('has each type of line in one kind, and no more of them than can be asked for at once', () => {
  const wire = readFileSync('../domain/project/names.go', 'utf8')
  const events = [...wire.split('map[string]event{')[1]!.split('\n})')[0]!.matchAll(/"(\w+)":/g)].map((m) => m[1]!)
  expect(events.length).toBeGreaterThan(60)
  expect(Object.values(kinds).flat().sort()).toEqual(events.sort())
  for (const types of [...Object.values(kinds), ofItems, ofTasks]) expect(types.length).toBeLessThanOrEqual(20)
})

it('finds the tasks of a line, wherever they are named', () => {
  expect(tasksIn({ task: 'decision/land/1', rung: 'overdue' })).toEqual(['decision/land/1'])
  expect(tasksIn({ item: 'land', check: { key: 'completeness/land/1', clock: {} }, promised: [{ key: 'commitment/x/1', clock: {} }], nodes: [{ key: 'n1' }] })).toEqual(['completeness/land/1', 'commitment/x/1'])
  expect(tasksIn(undefined)).toEqual([])
})

it('knows what a line is about', () => {
  expect(concerns(entry({ item: 'land' }), undefined, 'land')).toBe(true)
  expect(concerns(entry({ items: ['land', 'water'] }), undefined, 'water')).toBe(true)
  expect(concerns(entry({ task: 'decision/land/1' }), 'decision/land/1', undefined)).toBe(true)
  expect(concerns(entry({ item: 'water' }), 'decision/land/1', 'land')).toBe(false)
})
