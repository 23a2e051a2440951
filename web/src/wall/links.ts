// Where the records behind a figure are. The server's figures and lists agree: each figure is the length of the list here.

import type { Schemas } from '../api/client'
import type { Scope } from '../project/filters'

type Portfolio = Schemas['Portfolio']
type Asked = Record<string, string | undefined>

function at(path: string, ...asked: Asked[]): string {
  const query = new URLSearchParams(Object.entries(Object.assign({}, ...asked) as Asked).filter((e): e is [string, string] => !!e[1]))
  return `${path}?${query}`
}

export const projectsOf = (scope: Scope, more: Asked = {}) => at('/projects', scope, { library: 'true' }, more)
export const withStatus = (scope: Scope, status: string) => at('/projects', scope, { status })
export const gravest = (scope: Scope, colour: string) => projectsOf(scope, { colour, sort: 'gravity' })
export const tasksOf = (scope: Scope, more: Asked) => at('/inbox', { view: 'everyone' }, scope, more)
export const investmentsOf = (scope: Scope, from: string, to: string, more: Asked = {}) => at('/wall/investments', scope, { from, to }, more)

const year = (p: Pick<Portfolio, 'year'>) => ({ first: `${p.year}-01-01`, last: `${p.year}-12-31` })

export const starts = (p: Pick<Portfolio, 'year'>, scope: Scope, started?: 'yes' | 'no') =>
  projectsOf(scope, { plannedStartFrom: year(p).first, plannedStartTo: year(p).last, started, sort: 'plannedStart' })

export const completions = (p: Pick<Portfolio, 'year'>, scope: Scope, completed?: 'yes' | 'no') =>
  projectsOf(scope, { plannedCompletionFrom: year(p).first, plannedCompletionTo: year(p).last, completed })

export const kinds = ['tasks', 'starts', 'completions'] as const
export type Kind = (typeof kinds)[number]

/** What lies ahead, as a list. */
export function aheadOf(a: Schemas['PortfolioAhead'], kind: Kind, scope: Scope): string {
  if (kind === 'tasks') return tasksOf(scope, { dueFrom: a.from, dueTo: a.to })
  if (kind === 'starts') return projectsOf(scope, { plannedStartFrom: a.from, plannedStartTo: a.to, started: 'no', sort: 'plannedStart' })
  return projectsOf(scope, { plannedCompletionFrom: a.from, plannedCompletionTo: a.to, completed: 'no' })
}
