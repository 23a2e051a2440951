import { expect, it } from 'vitest'

import { steps } from './order'

const item = (key: string, after: string[] = [], state: 'open' | 'not-applicable' = 'open') => ({ key, after, state })
const keys = (...items: ReturnType<typeof item>[]) => steps(items).map((s) => s.map((i) => i.key))

it('puts each item behind everything that it waits for', () => {
  expect(keys(item('build', ['design', 'land']), item('land'), item('design', ['site']), item('site'))).toEqual([['land', 'site'], ['design'], ['build']])
})
it('does not wait for what does not apply', () => {
  expect(keys(item('eia', [], 'not-applicable'), item('design', ['eia']))).toEqual([['design']])
})
it('shows items that wait for one another rather than hang', () => {
  expect(keys(item('a', ['b']), item('b', ['a'])).flat().sort()).toEqual(['a', 'b'])
})
