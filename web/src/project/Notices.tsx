import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Badge, Empty, Table, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { moment, text } from '../words/format'

const paint: Partial<{ [K in Schemas['NoticeKind']]: string }> = { reminder: 'gold', overdue: 'red', 'supervision-notice': 'orange', criticism: 'red', interview: 'red' }

/** What a project told my posts. */
export function Notices({ project }: { project: string }) {
  const { t } = useTranslation()
  const [turned, setTurned] = useState<Turned>([])
  const notices = useQuery({
    queryKey: ['project', project, 'notices', turned.at(-1)], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/notices', { params: { path: { projectId: project }, query: { limit: 50, cursor: turned.at(-1) } }, signal })),
  })
  return (
    <>
      <Says failure={notices.error} />
      <Table
        size="middle" rowKey="id" dataSource={notices.data?.items} loading={notices.isPending} pagination={false} scroll={{ x: 640 }} locale={{ emptyText: <Empty description={t('life.notice.none')} /> }}
        columns={[
          { title: t('life.notice.kind'), width: 110, render: (_, n) => <Tag color={paint[n.kind]}>{t(`life.notice.kinds.${n.kind}`)}</Tag> },
          { title: t('life.notice.text'), render: (_, n) => <>{!n.read && <Badge status="processing" aria-label={t('life.notice.unread')} />} {n.seq ? <Link to={`/projects/${project}/timeline?at=${n.seq}`}>{text(n.text)}</Link> : text(n.text)}</> },
          { title: t('life.notice.at'), width: 180, render: (_, n) => moment(n.at) },
          { title: '', key: 'task', width: 100, render: (_, n) => n.task && <Link to={pathOf({ project, key: n.task })}>{t('life.notice.task')}</Link> },
        ]}
      />
      <Pager turned={turned} next={notices.data?.next} turn={setTurned} />
    </>
  )
}
