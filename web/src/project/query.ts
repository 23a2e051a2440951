import { queryOptions } from '@tanstack/react-query'

import { api, whole } from '../api/client'

/** One project in full. */
export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}', { params: { path: { projectId: project } }, signal })),
  })
