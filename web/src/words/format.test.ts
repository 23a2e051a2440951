import { afterEach, expect, it } from 'vitest'

import { i18next } from '.'
import { amount, amountUnit, countdown, day, moment, money, pace } from './format'

afterEach(() => i18next.changeLanguage('zh'))

it.each([
  [0, '0万元'], [1_000_000, '1万元'], [123_456_789, '123.46万元'], [9_999_000_000, '9,999万元'], [10_000_000_000, '1亿元'], [123_456_000_000, '12.35亿元'],
])('writes %d fen as %s', (fen, said) => expect(money(fen)).toBe(said))

it('tells times as they are in China, wherever the reader is', async () => {
  expect(day('2026-03-02')).toBe('2026年3月2日')
  expect(moment('2026-03-02T17:30:00Z')).toBe('2026年3月3日 01:30')
  await i18next.changeLanguage('en')
  expect(day('2026-03-02')).toBe('2 Mar 2026')
})

it('counts working days as officials do', () => {
  expect(countdown({ due: 'x', daysLeft: 3 })).toBe('剩3个工作日')
  expect(countdown({ due: 'x', daysLeft: 0 })).toBe('不足1个工作日')
  expect(countdown({ due: 'x', daysLeft: -2 })).toBe('超期2个工作日')
  expect(countdown({ due: 'x', daysLeft: 2, paused: true })).toBe('计时暂停')
  expect(countdown({})).toBe('没有期限')
})

it.each([[1, '1秒'], [600, '10分钟'], [3600, '1小时'], [86_400, '1天']])('says how fast %d is', (rate, said) => expect(pace(rate).replace(' ', '')).toContain(said))

it('draws all amounts of a picture in the unit of the largest', async () => {
  expect([amount(12_345_000_000, 20_000_000_000), amountUnit(20_000_000_000)]).toEqual([1.23, '亿元'])
  expect([amount(12_345_000, 20_000_000), amountUnit(20_000_000)]).toEqual([12.35, '万元'])
  await i18next.changeLanguage('en')
  expect([amount(12_345_000_000, 20_000_000_000), amountUnit(20_000_000_000)]).toEqual([123.45, 'CNY million'])
})
