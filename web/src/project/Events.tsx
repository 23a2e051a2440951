import { ClockCircleOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Select, Table, Tag, Tooltip, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { Says } from '../parts/Says'
import { moment, text } from '../words/format'
import { Actor } from './Actor'
import { kinds, tasksIn, type Kind } from './record'

type Entry = Schemas['Entry']

// A cursor is opaque; where a line is asked for, reading begins with the newest and goes on until it is there.
const page = 100

/** Every line of the record, the newest first: what happened, by whom, by which clause. */
export function Events({ project }: { project: string }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const at = Number(params.get('at') ?? 0)
  const filter = { kind: params.get('kind') ?? undefined, clause: params.get('clause') ?? undefined, actor: params.get('actor') ?? undefined }
  const type = filter.kind && filter.kind in kinds ? [...kinds[filter.kind as Kind]] : undefined
  const lines = useInfiniteQuery({
    queryKey: ['project', project, 'timeline', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => whole(api.GET('/projects/{projectId}/timeline', {
      params: { path: { projectId: project }, query: { limit: page, cursor: pageParam, clause: filter.clause, actor: filter.actor, type } }, signal,
    })),
    getNextPageParam: (last) => last.next,
  })
  const all = lines.data?.pages.flatMap((p) => p.items) ?? []
  const reached = at === 0 || all.some((e) => e.seq === at) || !lines.hasNextPage
  if (!reached && !lines.isFetching) void lines.fetchNextPage()
  const clauses = [...new Set([...all.map((e) => e.clause), filter.clause].filter((c) => c !== undefined))].sort()
  const actors = new Map(all.flatMap((e) => (e.actor.user ? [[e.actor.user, e.actor.name ?? e.actor.user] as const] : [])))
  if (filter.actor && !actors.has(filter.actor)) actors.set(filter.actor, filter.actor)
  const look = (name: string, value?: string) => setParams((old) => {
    old.delete('at')
    if (value) old.set(name, value); else old.delete(name)
    return old
  }, { replace: true })
  return (
    <>
      <Flex gap="small" wrap className="bar no-print">
        <Select
          allowClear placeholder={t('life.events.kind')} aria-label={t('life.events.kind')} value={filter.kind} popupMatchSelectWidth={false} className="pick" onChange={(k?: string) => look('kind', k)}
          options={(Object.keys(kinds) as Kind[]).map((k) => ({ value: k, label: t(`life.events.kinds.${k}`) }))}
        />
        <Select
          allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('life.events.actor')} aria-label={t('life.events.actor')} value={filter.actor} popupMatchSelectWidth={false} className="pick" onChange={(a?: string) => look('actor', a)}
          options={[...actors].map(([value, label]) => ({ value, label }))}
        />
        <Select
          allowClear showSearch placeholder={t('events.clause')} aria-label={t('events.clause')} value={filter.clause} popupMatchSelectWidth={false} className="pick" onChange={(c?: string) => look('clause', c)}
          options={clauses.map((c) => ({ value: c, label: c }))}
        />
        {(filter.kind ?? filter.actor ?? filter.clause) && <Button type="link" onClick={() => setParams({}, { replace: true })}>{t('say.reset')}</Button>}
        {at > 0 && <Button onClick={() => look('at')}>{t('events.newest')}</Button>}
      </Flex>
      <Says failure={lines.error} />
      <Table<Entry>
        size="small" rowKey="seq" dataSource={all} loading={lines.isPending || !reached} pagination={false} scroll={{ x: 800 }} locale={{ emptyText: <Empty description={t('events.empty')} /> }}
        rowClassName={(e) => (e.seq === at ? 'line-here' : '')}
        onRow={(e) => (e.seq === at ? { ref: (row: HTMLElement | null) => row?.scrollIntoView({ block: 'center' }) } : {}) as object}
        columns={[
          { title: t('events.seq'), width: 64, dataIndex: 'seq' },
          {
            title: t('events.at'), width: 190,
            render: (_, e) => (
              <>
                {moment(e.occurredAt)}
                {e.late && <Tooltip title={t('events.basis', { basis: e.basis ?? '' })}><Tag color="orange">{t('events.late')}</Tag></Tooltip>}
                {e.late && <div className="small">{t('events.recorded')} {moment(e.recordedAt)}</div>}
              </>
            ),
          },
          { title: t('events.what'), render: (_, e) => (e.hidden ? <Typography.Text type="secondary">{t('events.hidden')}</Typography.Text> : <>{text(e.text)} <Clocks project={project} entry={e} /></>) },
          { title: t('events.who'), width: 200, render: (_, e) => <Actor actor={e.actor} /> },
          { title: t('events.clause'), width: 100, render: (_, e) => e.clause && <Button type="link" size="small" className="flat" onClick={() => look('clause', e.clause)}>{e.clause}</Button> },
        ]}
      />
      {lines.hasNextPage && <Flex justify="center" className="pager no-print"><Button loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>{t('events.older')}</Button></Flex>}
    </>
  )
}

/** The way from a line to the limits that it is about, each explained day by day. */
function Clocks({ project, entry }: { project: string; entry: Entry }) {
  const { t } = useTranslation()
  return tasksIn(entry.data).slice(0, 3).map((key) => (
    <Tooltip key={key} title={t('life.events.clock')}><Link to={pathOf({ project, key })} aria-label={t('life.events.clock')} className="no-print"><ClockCircleOutlined /></Link></Tooltip>
  ))
}
