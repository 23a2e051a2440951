// In which order items can be taken up.

import type { Schemas } from '../api/client'

type Item = Pick<Schemas['Item'], 'key' | 'after' | 'state'>

/** Items in steps: what is in one needs nothing but what is in those before. What does not apply is left out. */
export function steps<I extends Item>(items: readonly I[]): I[][] {
  const open = items.filter((i) => i.state !== 'not-applicable')
  const depth = new Map<string, number>()
  const depthOf = (key: string, above: readonly string[] = []): number => {
    const known = depth.get(key)
    if (known !== undefined) return known
    const item = open.find((i) => i.key === key)
    if (!item || above.includes(key)) return -1
    const d = Math.max(-1, ...(item.after ?? []).map((a) => depthOf(a, [...above, key]))) + 1
    depth.set(key, d)
    return d
  }
  const found: I[][] = []
  for (const i of open) (found[depthOf(i.key)] ??= []).push(i)
  return found.filter((s) => s.length > 0)
}
