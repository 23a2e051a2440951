import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Select, Table, Tag, Tooltip, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Says } from '../parts/Says'
import { moment, text } from '../words/format'

type Entry = Schemas['Entry']

// A cursor is opaque; where a line is asked for, reading begins with the newest and goes on until it is there.
const page = 100

/** Every line of the record, the newest first: what happened, by whom, by which clause. */
export function Events({ project }: { project: string }) {
  const { t } = useTranslation()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  const at = Number(params.get('at') ?? 0)
  const clause = params.get('clause') ?? undefined
  const lines = useInfiniteQuery({
    queryKey: ['project', project, 'timeline', clause],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => whole(api.GET('/projects/{projectId}/timeline', {
      params: { path: { projectId: project }, query: { limit: page, cursor: pageParam, clause } }, signal,
    })),
    getNextPageParam: (last) => last.next,
  })
  const all = lines.data?.pages.flatMap((p) => p.items) ?? []
  const reached = at === 0 || all.some((e) => e.seq === at) || !lines.hasNextPage
  if (!reached && !lines.isFetching) void lines.fetchNextPage()
  const clauses = [...new Set(all.map((e) => e.clause).filter((c) => c !== undefined))].sort()
  return (
    <>
      <Flex gap="small" wrap className="bar no-print">
        <Select
          allowClear showSearch placeholder={t('events.clause')} aria-label={t('events.clause')} value={clause} popupMatchSelectWidth={false} className="pick"
          onChange={(c?: string) => setParams((old) => { old.delete('at'); if (c) old.set('clause', c); else old.delete('clause'); return old }, { replace: true })}
          options={clauses.map((c) => ({ value: c, label: c }))}
        />
        {at > 0 && <Button onClick={() => setParams((old) => { old.delete('at'); return old }, { replace: true })}>{t('events.newest')}</Button>}
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
          { title: t('events.what'), render: (_, e) => (e.hidden ? <Typography.Text type="secondary">{t('events.hidden')}</Typography.Text> : text(e.text)) },
          { title: t('events.who'), width: 200, render: (_, e) => <Actor actor={e.actor} party={names.party} /> },
          { title: t('events.clause'), width: 100, render: (_, e) => e.clause },
        ]}
      />
      {lines.hasNextPage && <Flex justify="center" className="pager no-print"><Button loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>{t('events.older')}</Button></Flex>}
    </>
  )
}

function Actor({ actor, party }: { actor: Schemas['Actor']; party: (p: Schemas['Party'], jurisdiction?: string) => string }) {
  const { t } = useTranslation()
  if (actor.automatic) return <Tag>{t('events.auto')}</Tag>
  const kind = ({ handler: 'department', head: 'department', owner: 'owner', liaison: 'unit', expert: 'expert' } as const)[actor.role as 'handler']
  return (
    <>
      {actor.name ?? t(`role.${actor.role}`)}
      <div className="small">{kind && actor.party ? party({ kind, code: actor.party }, actor.jurisdiction) : t(`role.${actor.role}`)}{actor.onBehalfOf && ` · ${t('events.onBehalf', { name: actor.onBehalfOf })}`}</div>
    </>
  )
}
