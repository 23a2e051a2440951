import { expect, it } from 'vitest'

import { askedOf, type View } from './asked'

it.each<[string, View, string, boolean, object]>([
  ['my unit, everything', 'unit', '', false, {}],
  ['everybody, of one department', 'everyone', 'party=department/water&colour=red', false, { everyone: true, partyKind: 'department', partyCode: 'water', colour: 'red' }],
  ['everybody, of the office, which has no code', 'everyone', 'party=office', false, { everyone: true, partyKind: 'office' }],
  ['a party means nothing where one sees one’s own', 'unit', 'party=department/water', false, {}],
  ['who has no work looks at what nobody has taken anywhere', 'unassigned', '', true, { everyone: true, unassigned: true }],
  ['what is closed, the last first', 'closed', '', true, { everyone: true, state: 'closed', sort: '-closed' }],
  ['of projects of one sector and level', 'everyone', 'sector=industry&level=city', false, { everyone: true, sector: 'industry', level: 'city' }],
  ['another order', 'closed', 'sort=closed', false, { state: 'closed', sort: 'closed' }],
  ['days as Shanghai has them, the last one whole', 'unit', 'dueFrom=2026-03-02&dueTo=2026-03-06', false, { dueFrom: '2026-03-02T00:00:00+08:00', dueTo: '2026-03-07T00:00:00+08:00' }],
  ['a day that is none', 'unit', 'dueTo=soon', false, {}],
])('%s', (_, view, params, onlooker, asked) => expect(askedOf(view, new URLSearchParams(params), onlooker)).toEqual(asked))
