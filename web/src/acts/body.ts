// What was typed, as the contract wants it.

import type { Dayjs } from 'dayjs'

import type { Attached } from './Attach'
import type { Field } from './catalog'
import { profileOf, type TypedProfile } from './declaration'

export type Typed = Record<string, unknown>
type Row = Record<string, unknown>

/** What the owner does about one paper. */
export interface TypedPaper {
  how: 'given' | 'deferred' | 'absent'
  due?: Dayjs
  files?: Attached[]
}

const date = (v: unknown) => (v as Dayjs).format('YYYY-MM-DD')
const fen = (wan: unknown) => Math.round(Number(wan) * 1_000_000)
const rows = (v: unknown, each: (r: Row, n: number) => Row) => (v as Row[]).map(each)
const said = (r: Row): Row => Object.fromEntries(Object.entries(r).filter(([, v]) => v !== undefined && v !== null && v !== ''))
const empty = (v: unknown) => v === undefined || v === null || v === ''

/** The names that a field has in the body of an act. */
export const sent = (f: Field): string[] => (f.kind === 'papers' ? ['papers', 'commitments', 'files'] : [f.name])

/** The body of an act. */
export function bodyOf(fields: readonly Field[], typed: Typed): Record<string, unknown> | undefined {
  const body: Record<string, unknown> = {}
  for (const f of fields) {
    const v = typed[f.name]
    if (f.kind === 'papers') Object.assign(body, papersOf((v ?? {}) as Record<string, TypedPaper>))
    else if (!empty(v) && !(Array.isArray(v) && v.length === 0 && f.optional)) body[f.name] = valueOf(f, v)
  }
  return fields.length === 0 ? undefined : body
}

function papersOf(typed: Record<string, TypedPaper>) {
  const given = Object.entries(typed).filter(([, p]) => p.how === 'given')
  const deferred = Object.entries(typed).filter(([, p]) => p.how === 'deferred')
  const files = given.flatMap(([paper, p]) => handed(p.files).map((f) => ({ ...f, paper })))
  return {
    papers: given.map(([paper]) => paper),
    ...(deferred.length ? { commitments: deferred.map(([paper, p]) => ({ paper, due: date(p.due) })) } : {}),
    ...(files.length ? { files } : {}),
  }
}

const handed = (files: readonly Attached[] | undefined) => (files ?? []).flatMap((f) => (f.id ? [{ file: f.id }] : []))

function valueOf(f: Field, v: unknown): unknown {
  switch (f.kind) {
    case 'date': return date(v)
    case 'money': return fen(v)
    case 'files': return handed(v as Attached[])
    case 'profile': return profileOf(v as TypedProfile)
    case 'marks': return Object.entries(v as Record<string, number>).map(([key, mark]) => ({ key, mark }))
    case 'findings': return rows(v, (r) => said({ ...r, due: date(r.due) }))
    case 'months': return rows(v, (r) => ({ period: (r.period as Dayjs).format('YYYY-MM'), amount: fen(r.amount) })).sort((a, b) => String(a.period).localeCompare(String(b.period)))
    case 'nodes': return rows(v, (r, n) => ({ ...r, key: `n${n + 1}`, due: date(r.due) }))
    case 'one':
      if (f.name === 'passed') return v === 'true'
      if (f.name === 'party' && typeof v === 'string') {
        const [kind, code] = v.split('/')
        return { kind, code }
      }
      return v
    default: return v
  }
}
