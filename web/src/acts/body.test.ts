import dayjs from 'dayjs'
import { expect, it } from 'vitest'

import { bodyOf } from './body'
import { forms } from './catalog'

const at = dayjs('2026-03-02')

it.each<[keyof typeof forms, Record<string, unknown>, unknown]>([
  ['acceptItem', {}, undefined],
  ['keepCommitment', {}, {}],
  ['grantItem', { document: '批复1号', jointReview: undefined }, { document: '批复1号' }],
  ['askSupplement', { missing: [{ paper: 'a', standard: '盖章' }], due: at }, { missing: [{ paper: 'a', standard: '盖章' }], due: '2026-03-02' }],
  ['submitItem', { papers: { a: { how: 'given' }, b: { how: 'given' } } }, { papers: ['a', 'b'] }],
  ['submitItem', { papers: { a: { how: 'given' }, b: { how: 'deferred', due: at } } }, { papers: ['a'], commitments: [{ paper: 'b', due: '2026-03-02' }] }],
  ['reviseProposal', { note: '已改', files: [{ key: '1', name: 'a.pdf', id: 'f1' }] }, { note: '已改', files: [{ file: 'f1' }] }],
  ['reviseProposal', { note: '已改', files: [] }, { note: '已改' }],
  ['replace', { project: 'p2' }, { project: 'p2' }],
  ['submitScore', { marks: { need: 20, funds: 0 }, opinion: '同意' }, { marks: [{ key: 'need', mark: 20 }, { key: 'funds', mark: 0 }], opinion: '同意' }],
  ['fileReport', { investment: 1234.56, image: '主体施工', forecast: '' }, { investment: 1_234_560_000, image: '主体施工' }],
  ['setPlan', { months: [{ period: at.add(1, 'month'), amount: 2 }, { period: at, amount: 0.1 }] }, { months: [{ period: '2026-03', amount: 100_000 }, { period: '2026-04', amount: 2_000_000 }] }],
  ['filePlan', { nodes: [{ title: '征地', due: at, unit: 'jtj', post: '专员' }] }, { nodes: [{ key: 'n1', title: '征地', due: '2026-03-02', unit: 'jtj', post: '专员' }] }],
  ['acceptJointly', { passed: 'false', document: '意见', rectify: [{ what: '标线', due: at, party: 'unit' }] }, { passed: false, document: '意见', rectify: [{ what: '标线', due: '2026-03-02', party: 'unit' }] }],
  ['assignProblem', { party: 'department/fgw' }, { party: { kind: 'department', code: 'fgw' } }],
  ['movePlannedDate', { which: 'start', to: at, why: '调整', basis: '纪要' }, { which: 'start', to: '2026-03-02', why: '调整', basis: '纪要' }],
  ['registerProblem', { title: '供电', major: false }, { title: '供电', major: false }],
])('%s says what was typed', (operation, typed, body) => expect(bodyOf(forms[operation].fields, typed)).toEqual(body))
