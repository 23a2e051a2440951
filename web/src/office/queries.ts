// What the office's rooms read.

import { queryOptions, useQuery } from '@tanstack/react-query'

import { api, whole, type Schemas } from '../api/client'
import { jurisdictions, pack, useMe } from '../app/queries'

export const packs = queryOptions({ queryKey: ['packs'], queryFn: ({ signal }) => whole(api.GET('/packs', { signal })) })
export const calendars = queryOptions({ queryKey: ['calendars'], queryFn: ({ signal }) => whole(api.GET('/calendars', { signal })) })

const moving = ['preparing', 'running']

export const broadcastQuery = (id: string) =>
  queryOptions({
    queryKey: ['broadcasts', id],
    queryFn: ({ signal }) => whole(api.GET('/broadcasts/{broadcastId}', { params: { path: { broadcastId: id } }, signal })),
    refetchInterval: (q) => (q.state.data && moving.includes(q.state.data.state) ? 2000 : false),
  })

/** The jurisdiction of the post in which I may do something; the top one for whoever stands above all. */
export function useMyJurisdiction(...roles: Schemas['Role'][]): string {
  const { posts } = useMe()
  const tree = useQuery(jurisdictions).data?.items
  return posts.find((p) => roles.includes(p.role))?.jurisdiction ?? posts[0]?.jurisdiction ?? tree?.find((j) => !j.parent)?.code ?? ''
}

/** The pack by which a jurisdiction works: its own, or that of the nearest above. */
export function usePackIn(jurisdiction: string): { pack: Schemas['Pack'] | undefined; hash: string | undefined; none: boolean } {
  const tree = useQuery(jurisdictions).data?.items
  const list = useQuery(packs).data?.items
  const hash = hashIn(jurisdiction, tree ?? [], list ?? [])
  const found = useQuery({ ...pack(hash ?? ''), enabled: !!hash })
  return { pack: found.data, hash, none: !!tree && !!list && !hash }
}

export function hashIn(jurisdiction: string, tree: readonly Schemas['Jurisdiction'][], list: readonly Schemas['PackSummary'][]): string | undefined {
  for (let at: string | undefined = jurisdiction; at; at = tree.find((j) => j.code === at)?.parent) {
    const own = list.find((p) => p.inForce?.includes(at))
    if (own) return own.hash
  }
  return undefined
}
