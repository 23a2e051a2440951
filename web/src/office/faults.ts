// What is wrong with a table, by its cells.

import type { Schemas } from '../api/client'

type Fault = Schemas['TableFault']

export const perPage = 50

/** C5. */
export const cellOf = (f: Pick<Fault, 'column' | 'row'>) => `${f.column}${f.row}`

export function byCell(faults: readonly Fault[]): Map<string, Fault[]> {
  const cells = new Map<string, Fault[]>()
  for (const f of faults) cells.set(cellOf(f), [...(cells.get(cellOf(f)) ?? []), f])
  return cells
}

/** The page, from 1, on which a row stands. */
export const pageOf = (rows: readonly { row: number }[], row: number) => Math.floor(Math.max(0, rows.findIndex((r) => r.row === row)) / perPage) + 1
