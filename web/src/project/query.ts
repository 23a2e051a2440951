import { queryOptions } from '@tanstack/react-query'

import { api, whole, type Schemas } from '../api/client'

/** One project in full. */
export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}', { params: { path: { projectId: project } }, signal })),
  })

/** The open tasks of a project, with what is left of their time. */
export const tasksQuery = (project: string) => ({
  queryKey: ['project', project, 'tasks'],
  queryFn: ({ signal }: { signal: AbortSignal }) => whole(api.GET('/projects/{projectId}/tasks', { params: { path: { projectId: project }, query: { limit: 100 } }, signal })),
})

/** Every record of the months, corrected ones too. */
export const reportsQuery = (project: string) => ({
  queryKey: ['project', project, 'reports'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const all: Schemas['ReportRow'][] = []
    for (let cursor: string | undefined; ;) {
      const page: Schemas['ReportList'] = await whole(api.GET('/projects/{projectId}/reports', { params: { path: { projectId: project }, query: { limit: 100, cursor } }, signal }))
      all.push(...page.items)
      cursor = page.next
      if (!cursor) return all
    }
  },
})
