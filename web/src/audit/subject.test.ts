import { expect, it } from 'vitest'

import { placeOf, projectOf } from './subject'

const id = '0191f1de-7c1c-7cc2-8d6e-3f1a2b3c4d5e'

it.each([
  ['user/u-1', '/people/u-1'], [`scores/${id}`, `/projects/${id}`], [`/projects/${id}/withdraw`, `/projects/${id}`], ['/users/u-1/posts', '/people/u-1'],
  ['unit/unit-jtj', '/masters?kind=units&q=unit-jtj'], ['department/guilin/water', '/masters?kind=departments&q=water'], ['jurisdiction/guilin', '/masters?q=guilin'], ['expert/E01', '/experts?q=E01'],
  ['record', undefined], ['audit', undefined], ['address/10.0.0.1', undefined], ['projects', undefined],
])('%s is at %s', (subject, place) => expect(placeOf(subject)).toBe(place))

it('finds the project that a line names', () => {
  expect(projectOf({ project: id })).toBe(id)
  expect(projectOf({ projectId: id, status: 403 })).toBe(id)
  expect(projectOf({ project: 7 })).toBeUndefined()
})
