import { Refused } from '../api/client'

export interface Fault {
  name: (string | number)[]
  errors: string[]
}

/** What the server says against the fields of a form, as the form takes it. */
export function faultsOf(failure: unknown): Fault[] {
  if (!(failure instanceof Refused)) return []
  const { errors, field, detail, title } = failure.problem
  return (errors ?? (field ? [{ field, detail: detail ?? title }] : []))
    .filter((f) => f.field.startsWith('/'))
    .map((f) => ({ name: f.field.slice(1).split('/').map(step), errors: [f.detail] }))
}

// A step of a JSON pointer (RFC 6901).
const step = (s: string) => (/^\d+$/.test(s) ? Number(s) : s.replaceAll('~1', '/').replaceAll('~0', '~'))
