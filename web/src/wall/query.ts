import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { api, whole, type Schemas } from '../api/client'
import { clock } from '../app/queries'
import type { Scope } from '../project/filters'

/** The figures of all projects. */
export const portfolio = (scope: Scope) =>
  queryOptions({
    queryKey: ['projects', 'portfolio', scope], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/portfolio', { params: { query: scope as never }, signal })),
  })

/** A page of what is red or yellow, the gravest first. */
export const grave = (scope: Scope, colour: Schemas['Colour'], limit: number, cursor?: string) =>
  queryOptions({
    queryKey: ['projects', 'portfolio', 'grave', scope, colour, limit, cursor], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects', { params: { query: { ...scope, library: true, colour, sort: 'gravity', limit, cursor } as never }, signal })),
  })

/** The civil time, as it goes. */
export function useCivilNow(): Date | undefined {
  const { data } = useQuery(clock)
  const [real, setReal] = useState(() => Date.now())
  useEffect(() => {
    const beat = setInterval(() => setReal(Date.now()), 1000)
    return () => clearInterval(beat)
  }, [])
  return data && new Date(Date.parse(data.now) + Math.max(0, real - data.read) * data.rate)
}
