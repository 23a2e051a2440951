// What was typed, as the contract wants it.

import type { Dayjs } from 'dayjs'

import type { Field } from './catalog'

export type Typed = Record<string, unknown>
type Row = Record<string, unknown>

const date = (v: unknown) => (v as Dayjs).format('YYYY-MM-DD')
const fen = (wan: unknown) => Math.round(Number(wan) * 1_000_000)
const rows = (v: unknown, each: (r: Row, n: number) => Row) => (v as Row[]).map(each)

/** The body of an act; files come later, when they have been uploaded. */
export function bodyOf(fields: readonly Field[], typed: Typed): Record<string, unknown> | undefined {
  const body: Record<string, unknown> = {}
  for (const f of fields) {
    const v = typed[f.name]
    if (v === undefined || v === null || v === '' || f.kind === 'files' || (Array.isArray(v) && v.length === 0 && f.optional)) continue
    body[f.name] = valueOf(f, v)
  }
  return fields.length === 0 ? undefined : body
}

function valueOf(f: Field, v: unknown): unknown {
  switch (f.kind) {
    case 'date': return date(v)
    case 'money': return fen(v)
    case 'marks': return Object.entries(v as Record<string, number>).map(([key, mark]) => ({ key, mark }))
    case 'deferred':
    case 'findings': return rows(v, (r) => ({ ...r, due: date(r.due) }))
    case 'months': return rows(v, (r) => ({ period: (r.period as Dayjs).format('YYYY-MM'), amount: fen(r.amount) }))
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
