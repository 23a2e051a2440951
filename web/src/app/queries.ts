// What several pages read: who I am, what things are called, what time it is.

import { keepPreviousData, QueryClient, queryOptions, useQuery } from '@tanstack/react-query'

import { api, Refused, whole, type Schemas } from '../api/client'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (tries, e) => !(e instanceof Refused) && tries < 4,
      retryDelay: (tries) => Math.min(500 * 2 ** tries, 5000),
    },
  },
})

export const me = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<Schemas['Me'] | null> => {
    try {
      return await whole(api.GET('/me', { signal }))
    } catch (e) {
      // Who was signed in sees what he saw, behind the door.
      if (e instanceof Refused && e.problem.status === 401) return queries.getQueryData<Schemas['Me']>(['me']) ?? null
      throw e
    }
  },
})

/** Who is signed in. Pages are shown only to somebody. */
export function useMe(): Schemas['Me'] {
  const { data } = useQuery(me)
  if (!data) throw new Error('nobody is signed in')
  return data
}

/** Tells whether I may do something at all, by operationId. */
export function useMay(): (operation: string) => boolean {
  const { operations } = useMe()
  return (operation) => operations.includes(operation)
}

/** Tells whether I hold a post of one of these roles. */
export function useHolds(): (...roles: Schemas['Role'][]) => boolean {
  const { posts } = useMe()
  return (...roles) => posts.some((p) => roles.includes(p.role))
}

export const clock = queryOptions({
  queryKey: ['clock'],
  staleTime: Infinity,
  refetchInterval: 60_000,
  queryFn: async ({ signal }) => ({ ...(await whole(api.GET('/clock', { signal }))), read: Date.now() }),
})

const longLived = { staleTime: 5 * 60_000, placeholderData: keepPreviousData }

export const departments = queryOptions({ queryKey: ['departments'], ...longLived, queryFn: ({ signal }) => whole(api.GET('/departments', { signal })) })
export const units = queryOptions({ queryKey: ['units'], ...longLived, queryFn: ({ signal }) => whole(api.GET('/units', { signal })) })
export const owners = queryOptions({ queryKey: ['owners'], ...longLived, queryFn: ({ signal }) => whole(api.GET('/owners', { signal })) })
export const jurisdictions = queryOptions({ queryKey: ['jurisdictions'], ...longLived, queryFn: ({ signal }) => whole(api.GET('/jurisdictions', { signal })) })

/** A pack never changes under its hash. */
export const pack = (hash: string) =>
  queryOptions({ queryKey: ['pack', hash], staleTime: Infinity, queryFn: async ({ signal }) => (await whole(api.GET('/packs/{hash}', { params: { path: { hash } }, signal }))) as Schemas['Pack'] })
