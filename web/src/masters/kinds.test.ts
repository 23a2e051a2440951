import { expect, it } from 'vitest'

import { named, packFor, pathOf } from './kinds'

const name = { zh: '自然资源局', en: 'Natural Resources Bureau' }
const city = { code: 'guilin', name, level: 'city', pack: 'abc' }
const county = { code: 'yangshuo', name, level: 'county', parent: 'guilin' }

it.each([
  [undefined, 'guilin', 'abc'], ['the nearest above', 'yangshuo', 'abc'], ['nowhere', 'shangluo', undefined], ['nothing chosen', undefined, undefined],
])('the pack of %s', (_, code, hash) => expect(packFor([city, county], code)).toBe(hash))

it('ends where jurisdictions lie above each other', () => expect(packFor([{ ...county, parent: 'yangshuo' }], 'yangshuo')).toBeUndefined())

it.each([['资源', true], ['natural ', true], ['RESOURCES', true], ['水利', false], ['', true]])('finds by %s', (words, there) => expect(named({ code: 'resources', name }, words)).toBe(there))

it('names a department with its jurisdiction', () => {
  expect(pathOf('departments', { code: 'water', jurisdiction: 'guilin' })).toBe('/departments/guilin/water')
  expect(pathOf('units', { code: 'unit-jtj', jurisdiction: 'guilin' })).toBe('/units/unit-jtj')
})
