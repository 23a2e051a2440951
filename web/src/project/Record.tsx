import { useQuery } from '@tanstack/react-query'
import { Timeline, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole } from '../api/client'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { moment, text } from '../words/format'
import { Actor } from './Actor'
import { concerns, ofItems, ofTasks } from './record'

/** The lines about one task or one item, the first first. */
export function Record({ project, task, item }: { project: string; task?: string; item?: string }) {
  const { t } = useTranslation()
  const lines = (type: readonly string[], wanted: boolean) => ({
    queryKey: ['project', project, 'timeline', 'about', type.join()], enabled: wanted,
    queryFn: ({ signal }: { signal: AbortSignal }) => whole(api.GET('/projects/{projectId}/timeline', { params: { path: { projectId: project }, query: { limit: 100, type: [...type] } }, signal })),
  })
  const ofTask = useQuery(lines(ofTasks, true))
  const ofItem = useQuery(lines(ofItems, item !== undefined))
  if (ofTask.isLoading || ofItem.isLoading) return <Waiting />
  const all = [...(ofTask.data?.items ?? []), ...(ofItem.data?.items ?? [])].filter((e) => concerns(e, task, item) || (item !== undefined && aboutItem(e.data, item))).sort((a, b) => a.seq - b.seq)
  return (
    <>
      <Says failure={ofTask.error ?? ofItem.error} />
      {all.length === 0 && <Typography.Text type="secondary">{t('life.task.none')}</Typography.Text>}
      <Timeline className="record" items={all.map((e) => ({
        key: e.seq,
        content: (
          <>
            <Link to={`/projects/${project}/timeline?at=${e.seq}`}>{moment(e.occurredAt)}</Link> {e.clause && <Typography.Text type="secondary" className="small">{e.clause}</Typography.Text>}
            <div>{e.hidden ? t('events.hidden') : text(e.text)}</div>
            <div className="small dim"><Actor actor={e.actor} /></div>
          </>
        ),
      }))} />
    </>
  )
}

/** Tasks of an item name it as their subject: decision/land/1. */
const aboutItem = (data: unknown, item: string) => typeof data === 'object' && data !== null && 'task' in data && typeof data.task === 'string' && data.task.split('/')[1] === item
