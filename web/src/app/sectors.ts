import { useQueries, useQuery } from '@tanstack/react-query'

import type { Schemas } from '../api/client'
import { text } from '../words/format'
import { jurisdictions, pack } from './queries'

/** The sectors of the packs in force, and what they are called; the key where a name is not known (yet). */
export function useSectors() {
  const places = useQuery(jurisdictions).data?.items ?? []
  const hashes = [...new Set(places.flatMap((j) => j.pack ?? []))]
  const packs = useQueries({ queries: hashes.map(pack) })
  const names = new Map<string, Schemas['Text']>(packs.flatMap((p) => p.data?.library.sectors ?? []).map((s) => [s.key, s.name]))
  return { keys: [...names.keys()], name: (key: string) => text(names.get(key)) || key }
}
