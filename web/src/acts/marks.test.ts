import { expect, it } from 'vitest'

import { leftOf, totalOf, type Mark } from './marks'

it.each<[string, Mark[], number, number]>([
  ['nothing is given yet', [undefined, undefined], 0, 2],
  ['a nought is a mark', [0, 20, undefined], 20, 1],
  ['a mark that was emptied again is none', [15, null, 10], 25, 1],
])('%s', (_, marks, total, left) => {
  expect(totalOf(marks)).toBe(total)
  expect(leftOf(marks)).toBe(left)
})
