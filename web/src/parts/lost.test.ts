import type { UseQueryResult } from '@tanstack/react-query'
import { expect, it } from 'vitest'

import { Refused, Unreachable } from '../api/client'
import { lost } from './lost'

const refused = (status: number) => new Refused({ type: '', title: '', status, code: 'x', instance: '', requestId: '' })
const read = (data: unknown, error?: Error) => ({ data, error: error ?? null, isError: !!error, isPending: data === undefined && !error }) as UseQueryResult

it.each([
  ['what was read', read(1), false],
  ['what is being read', read(undefined), false],
  ['what could not be read', read(undefined, new Unreachable()), true],
  ['what was read before the service went away', read(1, new Unreachable()), false],
  ['what was read before the service was too busy', read(1, refused(503)), false],
  ['what was read before the session ended', read(1, refused(401)), false],
  ['what is another\'s by now', read(1, refused(404)), true],
])('%s', (_, found, expected) => expect(lost(found)).toBe(expected))
