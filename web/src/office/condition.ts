// A condition of a pack, as somebody reads it who writes no programs.

import type { Schemas } from '../api/client'
import { i18next } from '../words'
import { text } from '../words/format'

type Pack = Schemas['Pack']

const token = /"([^"]*)"|'([^']*)'|\d[\d_.]*|[A-Za-z_][\w.]*|&&|\|\||[<>=!]=|[<>!()[\],*/+÷-]/g
const word = (key: string, about: object = {}): string => i18next.t(`office.condition.${key}` as 'office.condition.wan', about as { n: string })
const known = new Set(['investment', 'investmentUSD', 'sector', 'kind', 'level', 'procedure', 'funding', 'government', 'tags', 'ratio', 'done', 'planned', 'share'])
const compared: Record<string, string> = { '==': 'is', '!=': 'isNot', '>=': 'atLeast', '>': 'over', '<=': 'atMost', '<': 'under', in: 'in' }

/** Puts a condition into words; what has no words stays as it is written. */
export function condition(when: string, pack: Pack): string {
  const source = when.trim()
  if (source === '' || source === 'true') return word('always')
  const parts = [...source.matchAll(token)].map((m) => m[0])
  const said: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const [p, next, after] = [parts[i]!, parts[i + 1], parts[i + 2]]
    if (quoted(p) && next === 'in' && after === 'tags') { said.push(word('tagged', { tag: nameOf(p, pack) })); i += 2; continue }
    if (quoted(p) && next === 'not' && after === 'in' && parts[i + 3] === 'tags') { said.push(word('untagged', { tag: nameOf(p, pack) })); i += 3; continue }
    if ((p === 'wan' || p === 'yi') && next === '(' && parts[i + 3] === ')') { said.push(word(p, { n: after ?? '' })); i += 3; continue }
    if (p === 'not' || p === '!') { said.push(word('not')); continue }
    if (p === 'and' || p === '&&') { said.push(word('and')); continue }
    if (p === 'or' || p === '||') { said.push(word('or')); continue }
    if (p === ',') { said.push(word('comma')); continue }
    if (p === '[' || p === ']') continue
    if (compared[p]) { said.push(word(compared[p])); continue }
    if (quoted(p)) { said.push(nameOf(p, pack)); continue }
    said.push(variable(p, pack))
  }
  return said.join(word('between')).replace(/\s+/g, ' ').trim()
}

const quoted = (p: string) => /^["']/.test(p)

function variable(p: string, pack: Pack): string {
  if (p.startsWith('needs.')) {
    const r = pack.assurance.resources.find((x) => x.key === p.slice('needs.'.length))
    return r ? word('need', { resource: text(r.name), unit: text(r.unit) }) : p
  }
  return known.has(p) ? word(p) : p
}

/** What a value is called: one of the pack's choices, or a level or procedure. */
function nameOf(p: string, pack: Pack): string {
  const key = p.slice(1, -1)
  const { sectors, kinds, fundings, tags } = pack.library
  const choice = [...tags, ...fundings, ...kinds, ...sectors].find((c) => c.key === key)
  const name = choice ? text(choice.name) : i18next.exists(`level.${key}`) ? i18next.t(`level.${key}` as 'level.city') : i18next.exists(`procedure.${key}`) ? i18next.t(`procedure.${key}` as 'procedure.filing') : key
  return word('quoted', { name })
}
