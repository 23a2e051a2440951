import { expect, it } from 'vitest'

import { Refused, Unreachable } from '../api/client'
import { faultsOf } from './faults'

const refused = (more: object) => new Refused({ type: 'urn:x', title: 'Invalid', status: 422, code: 'x', instance: '/', requestId: '1', ...more })

it.each([
  ['one field', { field: '/name/zh', detail: 'missing' }, [{ name: ['name', 'zh'], errors: ['missing'] }]],
  ['a place in a list', { field: '/specialities/0', detail: 'unknown' }, [{ name: ['specialities', 0], errors: ['unknown'] }]],
  ['several fields', { field: '/a', detail: 'x', errors: [{ field: '/a', code: 'x', detail: 'x' }, { field: '/b~1c', code: 'y', detail: 'y' }] }, [{ name: ['a'], errors: ['x'] }, { name: ['b/c'], errors: ['y'] }]],
  ['a parameter, which is no field', { field: 'userId', detail: 'unknown' }, []],
  ['no field at all', { detail: 'conflict' }, []],
])('%s', (_, problem, faults) => expect(faultsOf(refused(problem))).toEqual(faults))

it('says nothing of fields where nothing was refused', () => expect(faultsOf(new Unreachable('x'))).toEqual([]))
