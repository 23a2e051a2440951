import dayjs from 'dayjs'
import { expect, it } from 'vitest'

import { bodyOf } from './body'
import { forms, type Acting } from './catalog'
import type { About } from './choices'
import { packFor, papersFor, prefill } from './prefill'

const paper = (key: string, deferrable = false) => ({ key, name: { zh: key, en: key }, standard: { zh: `${key}盖章`, en: '' }, deferrable })
const pack = { items: [{ key: 'land', papers: [paper('form'), paper('map', true), paper('minutes')] }] }
const project = {
  pack: 'new', panel: { pack: 'old', specialities: ['planning'] }, profile: {}, plan: [], needs: [{ resource: 'land', year: 2026, asked: '60.5' }], row: { unit: 'unit-zjj' },
  items: [{ key: 'land', pack: 'older', papers: ['form'], missing: [{ paper: 'minutes', standard: '须有公章' }] }],
  commitments: [{ item: 'land', paper: 'map', due: '2026-06-01' }],
  problems: [{ id: 'problem/1', party: { kind: 'department', code: 'water' } }],
  reporting: { plan: [{ period: '2026-08', amount: 1_234_567_890 }], reports: [{ seq: 3, period: '2026-08', investment: 90_000_000, image: '' }, { seq: 8, period: '2026-08', investment: 80_000_001, image: '' }] },
}
const about = (operation: Acting, params = {}) => ({ project, pack, act: { operation, params, post: 'p' } }) as unknown as About
const begin = (operation: Acting, params = {}, reports: object[] = []) => prefill(about(operation, params), reports as never)

it('names the record that is corrected, with its words from the list of reports', () => {
  const typed = begin('correctReport', { period: '2026-08' }, [{ report: { seq: 8, image: '主体封顶' } }, { report: { seq: 3, image: '基础' } }])
  expect(bodyOf(forms.correctReport.fields, { ...typed, reason: '误报' })).toEqual({ record: 8, investment: 80_000_001, image: '主体封顶', reason: '误报' })
})

it('sends the plan back as it is when nothing is typed', () => {
  expect(bodyOf(forms.setPlan.fields, begin('setPlan'))).toEqual({ months: [{ period: '2026-08', amount: 1_234_567_890 }] })
})

it('asks for everything that is missing at once, by its standard', () => {
  expect(begin('askSupplement', { item: 'land' })).toEqual({ missing: [{ paper: 'minutes', standard: 'minutes盖章' }] })
})

it('lets a supplement hand in what was asked for, and nothing be promised', () => {
  expect(papersFor(about('supplyPapers', { item: 'land' }))).toEqual([{ key: 'minutes', name: 'minutes', standard: '须有公章', deferrable: false }])
  expect(papersFor(about('submitItem', { item: 'land' })).map((p) => [p.key, p.deferrable])).toEqual([['form', false], ['map', true], ['minutes', false]])
})

it.each<[Acting, object, object]>([
  ['confirmNeed', { resource: 'land', year: '2026' }, { amount: '60.5' }],
  ['drawPanel', {}, { specialities: ['planning'] }],
  ['assignProblem', { problem: 'problem~1' }, { party: 'department/water' }],
  ['filePlan', {}, { nodes: [{ unit: 'unit-zjj' }] }],
  ['acceptItem', { item: 'land' }, {}],
])('%s begins with what is known', (operation, params, typed) => expect(begin(operation, params)).toEqual(typed))

it.each<[Acting, object, string]>([['submitItem', { item: 'land' }, 'new'], ['askSupplement', { item: 'land' }, 'older'], ['submitScore', {}, 'old'], ['suspend', {}, 'new']])(
  '%s goes by its version of the pack', (operation, params, hash) => expect(packFor(project as never, about(operation, params).act)).toBe(hash))

it('hands in each file as its paper', () => {
  const typed = { papers: {
    form: { how: 'given', files: [{ key: 'a', name: 'a.pdf', id: 'f1' }, { key: 'b', name: 'b.pdf', failure: 'x' }] },
    map: { how: 'deferred', due: dayjs('2026-06-01') }, minutes: { how: 'absent', files: [{ key: 'c', name: 'c.pdf', id: 'f3' }] },
  } }
  expect(bodyOf(forms.submitItem.fields, typed)).toEqual({ papers: ['form'], commitments: [{ paper: 'map', due: '2026-06-01' }], files: [{ file: 'f1', paper: 'form' }] })
})
