import { expect, it } from 'vitest'

import { en } from './en'
import { zh } from './zh'

const blanks = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

function pairs(a: object, b: object, path = ''): [string, string, string][] {
  return Object.entries(a).flatMap(([k, v]) => {
    const other = (b as Record<string, unknown>)[k]
    return typeof v === 'string' ? [[`${path}${k}`, v, other as string]] : pairs(v as object, other as object, `${path}${k}.`)
  }) as [string, string, string][]
}

it.each(pairs(zh, en))('%s says the same in both languages', (key, chinese, english) => {
  expect(chinese).not.toBe('')
  expect(english).not.toBe('')
  expect(blanks(english)).toEqual(blanks(chinese))
  if (key !== 'session.chinese') expect(english).not.toMatch(/[\u3400-\u9fff]/)
})
