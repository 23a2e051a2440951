import { useQuery } from '@tanstack/react-query'
import { Empty, Progress, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { moment, text } from '../words/format'

type Broadcast = Schemas['Broadcast']
const paint: Record<Broadcast['state'], string> = { preparing: 'processing', previewed: 'gold', running: 'processing', paused: 'gold', done: 'green', failed: 'red' }

export function BroadcastState({ of }: { of: Broadcast }) {
  const { t } = useTranslation()
  return <Tag color={paint[of.state]}>{t(`office.broadcasts.state.${of.state}`)}</Tag>
}

/** New rules on their way to open projects. */
export default function Broadcasts() {
  const { t } = useTranslation()
  const names = useNames()
  const [turned, setTurned] = useState<Turned>([])
  const query = { limit: 50, cursor: turned.at(-1) }
  const list = useQuery({
    queryKey: ['broadcasts', query], queryFn: ({ signal }) => whole(api.GET('/broadcasts', { params: { query }, signal })),
    refetchInterval: (q) => (q.state.data?.items.some((b) => b.state === 'running' || b.state === 'preparing') ? 3000 : false),
  })
  return (
    <Page title={t('office.broadcasts.title')}>
      <Says failure={list.error} />
      <Table<Broadcast>
        size="middle" rowKey="id" dataSource={list.data?.items} loading={list.isPending} pagination={false} scroll={{ x: 900 }}
        locale={{ emptyText: <Empty description={<>{t('office.broadcasts.empty')}<br /><Typography.Text type="secondary">{t('office.broadcasts.emptyHint')}</Typography.Text></>} /> }}
        columns={[
          { title: t('office.broadcasts.stateLabel'), width: 110, render: (_, b) => <BroadcastState of={b} /> },
          { title: t('office.broadcasts.name'), render: (_, b) => <Link to={`/broadcasts/${b.id}`}>{text(b.title)}</Link> },
          { title: t('office.broadcasts.kind'), width: 130, render: (_, b) => t(`office.broadcasts.what.${b.what}`) },
          { title: t('office.broadcasts.jurisdiction'), width: 130, render: (_, b) => (b.jurisdiction ? names.jurisdiction(b.jurisdiction) : t('office.broadcasts.all')) },
          { title: t('office.broadcasts.affected'), width: 110, align: 'right', dataIndex: 'affected' },
          { title: t('office.broadcasts.progress'), width: 190, render: (_, b) => (b.started ? <Progress aria-label={t('office.broadcasts.progress')} percent={shareOf(b)} size="small" status={b.state === 'failed' ? 'exception' : 'normal'} /> : '') },
          { title: t('office.broadcasts.created'), width: 260, render: (_, b) => t('office.broadcasts.by', { who: b.createdBy, at: moment(b.created) }) },
        ]}
      />
      <Pager turned={turned} next={list.data?.next} turn={setTurned} />
    </Page>
  )
}

export const shareOf = (b: Broadcast) => (b.state === 'done' ? 100 : b.total ? Math.min(99, Math.floor((100 * (b.asked + b.closed)) / b.total)) : 0)
