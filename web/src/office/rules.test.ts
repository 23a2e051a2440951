import { expect, it } from 'vitest'

import type { Schemas } from '../api/client'
import '../words'
import { sumOf } from './amounts'
import { condition } from './condition'
import { difference, type Rule } from './rules'
import { monthsOf, spansOf } from './year'

const pack = {
  library: { tags: [{ key: 'simple', name: { zh: '小型简易项目', en: 'Small' } }], fundings: [{ key: 'loan', name: { zh: '银行贷款', en: 'Loan' } }, { key: 'foreign', name: { zh: '利用外资', en: 'Foreign' } }], kinds: [], sectors: [] },
  assurance: { resources: [{ key: 'land', name: { zh: '新增建设用地指标', en: 'Land' }, unit: { zh: '亩', en: 'mu' } }] },
} as unknown as Schemas['Pack']

it.each([
  ['true', '全部项目'],
  ['', '全部项目'],
  ['investment >= wan(5000)', '总投资 不低于 5000万元'],
  ['not government', '非 政府投资'],
  ['needs.land >= 7.5 && "simple" not in tags', '新增建设用地指标需求（亩） 不低于 7.5 ，且 没有标签“小型简易项目”'],
  ['"simple" in tags', '有标签“小型简易项目”'],
  ['funding in ["loan", "foreign"]', '资金来源 属于 “银行贷款” 、 “利用外资”'],
  ['level == "city" or unheardOf > 3', '项目层级 为 “市级” ，或 unheardOf 大于 3'],
])('%s is put into words', (when, words) => {
  expect(condition(when, pack)).toBe(words)
})

const rule = (key: string, days: string, clause = 'SL-1', name = key): Rule => ({ part: 'items', key, name, clause, facts: [{ label: 'days', says: [days] }] })

it('tells what a version has added, removed and changed, and nothing else', () => {
  const before = [rule('a', '10'), rule('b', '5'), rule('c', '3'), rule('d', '1'), rule('gone', '2')]
  const after = [rule('a', '10'), rule('b', '8'), rule('c', '3', 'SL-9'), rule('d', '1', 'SL-1', 'named anew'), rule('new', '7')]
  const found = difference(before, after)
  expect(found.added.map((r) => r.key)).toEqual(['new'])
  expect(found.removed.map((r) => r.key)).toEqual(['gone'])
  expect(found.changed.map((c) => [c.rule.key, c.clause, c.name, c.facts])).toEqual([
    ['b', undefined, undefined, [{ label: 'days', before: ['5'], after: ['8'] }]],
    ['c', 'SL-1', undefined, []],
    ['d', undefined, 'd', []],
  ])
})

it('tells of a fact that came or went', () => {
  const bare: Rule = { ...rule('a', '10'), facts: [] }
  expect(difference([bare], [rule('a', '10')]).changed[0]?.facts).toEqual([{ label: 'days', before: [], after: ['10'] }])
})

it('adds amounts exactly', () => {
  expect(sumOf('0.1', '0.2')).toBe('0.3')
  expect(sumOf('100', '-0.0001')).toBe('99.9999')
  expect(sumOf('5', '-7.5')).toBe('-2.5')
  expect(sumOf('123456789012.1234', '0')).toBe('123456789012.1234')
})

const days = Array.from({ length: 365 }, (_, i) => {
  const date = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)
  const off = date <= '2026-01-03' ? { working: false, kind: 'holiday' as const, name: '元旦' } : { working: true, kind: 'workday' as const }
  return { date, ...(date === '2026-01-04' ? { working: true, kind: 'makeup' as const, name: '元旦' } : off) }
})

it('lays a year out as months of weeks that begin on Monday', () => {
  const months = monthsOf(days)
  expect(months).toHaveLength(12)
  expect(months[0]?.weeks[0]?.map((d) => d?.date)).toEqual([undefined, undefined, undefined, '2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'])
  expect(months.flatMap((m) => m.weeks.flat()).filter(Boolean)).toHaveLength(365)
  expect(months.every((m) => m.weeks.every((w) => w.length === 7))).toBe(true)
})

it('puts holidays that belong together in one line', () => {
  expect(spansOf(days)).toEqual([{ from: '2026-01-01', to: '2026-01-03', name: '元旦', kind: 'holiday' }, { from: '2026-01-04', to: '2026-01-04', name: '元旦', kind: 'makeup' }])
})
