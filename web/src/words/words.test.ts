import { expect, it } from 'vitest'

import { en } from './en'
import { zh } from './zh'

const blanks = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

function pairs(a: object, b: object, path = ''): [string, string, string][] {
  return Object.entries(a).flatMap(([k, v]: [string, string | object]): [string, string, string][] => {
    const other = (b as Record<string, string | object>)[k]
    if (typeof v === 'string') return [[path + k, v, typeof other === 'string' ? other : '']]
    return pairs(v, typeof other === 'object' ? other : {}, `${path}${k}.`)
  })
}

it.each(pairs(zh, en))('%s says the same in both languages', (key, chinese, english) => {
  expect(chinese).not.toBe('')
  expect(english).not.toBe('')
  expect(blanks(english)).toEqual(blanks(chinese))
  if (key !== 'session.chinese') expect(english).not.toMatch(/[\u3400-\u9fff]/)
})
