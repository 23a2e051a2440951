import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Card, Descriptions, Empty, Flex, Table, Tag, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useMay } from '../app/queries'
import { pathOf } from '../desk/paths'
import { Says } from '../parts/Says'
import { day, moment, text } from '../words/format'
import { Actor } from './Actor'

type Need = Schemas['Need']
const paint: Partial<{ [S in Need['state']]: string }> = { confirmed: 'blue', waiting: 'gold', reserved: 'green', committed: 'green', declined: 'red' }

/** Resources, the place in line for them, and what has to be there before construction starts. */
export function Assurance({ p }: { p: Schemas['Project'] }) {
  const may = useMay()
  return <Flex vertical gap="middle"><Needs p={p} />{may('listLedger') && p.needs.length > 0 && <Ledger p={p} />}<Conditions p={p} /></Flex>
}

export function Needs({ p, only }: { p: Schemas['Project']; only?: string }) {
  const { t } = useTranslation()
  const taskOf = (n: Need) => p.tasks.find((k) => (k.kind === 'need' || k.kind === 'quota') && k.subject === `${n.resource}/${n.year}`)
  const state = (n: Need) => <Tag color={paint[n.state]}>{t(n.state === 'asked' ? 'life.need.asking' : `life.need.${n.state}`)}</Tag>
  return (
    <Table<Need>
      size="middle" rowKey={(n) => `${n.resource}/${n.year}`} dataSource={p.needs.filter((n) => !only || only === `${n.resource}/${n.year}`)} pagination={false} scroll={{ x: 760 }} locale={{ emptyText: <Empty description={t('life.need.none')} /> }}
      columns={[
        { title: t('life.need.resource'), render: (_, n) => text(n.name) },
        { title: t('life.need.year'), width: 80, dataIndex: 'year' },
        { title: t('life.need.asked'), width: 140, align: 'right', render: (_, n) => `${n.asked} ${text(n.unit)}` },
        { title: t('life.need.amount'), width: 140, align: 'right', render: (_, n) => (n.state === 'asked' ? '' : `${n.amount} ${text(n.unit)}`) },
        { title: t('life.need.state'), width: 110, render: (_, n) => { const task = taskOf(n); return task ? <Link to={pathOf({ project: p.row.id, key: task.key })}>{state(n)}</Link> : state(n) } },
        {
          title: t('life.need.place'), width: 150,
          render: (_, n) => n.place && <Tooltip title={t('life.need.ahead')}><span tabIndex={0}><strong>{t('life.need.nth', { n: n.place })}</strong>{n.benefit && <div className="small dim">{t(`life.need.benefit.${n.benefit as 'tax'}`)}</div>}</span></Tooltip>,
        },
        { title: t('life.need.since'), width: 140, render: (_, n) => day(n.since) },
      ]}
    />
  )
}

function Ledger({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const lines = useInfiniteQuery({
    queryKey: ['project', p.row.id, 'ledger'], initialPageParam: undefined as string | undefined, getNextPageParam: (last: Schemas['LedgerList']) => last.next,
    queryFn: ({ pageParam, signal }) => whole(api.GET('/quotas/ledger', { params: { query: { project: p.row.id, limit: 20, cursor: pageParam } }, signal })),
  })
  const need = (l: Schemas['LedgerLine']) => p.needs.find((n) => n.resource === l.resource)
  return (
    <Card size="small" title={t('life.need.ledger')}>
      <Says failure={lines.error} />
      <Table
        size="small" rowKey="id" dataSource={lines.data?.pages.flatMap((g) => g.items)} loading={lines.isPending} pagination={false} scroll={{ x: 700 }}
        columns={[
          { title: t('life.need.at'), width: 180, render: (_, l) => moment(l.at) },
          { title: t('life.need.resource'), render: (_, l) => `${text(need(l)?.name) || l.resource} ${l.year}` },
          { title: t('life.need.act'), width: 90, render: (_, l) => t(`life.need.acts.${l.act}`) },
          { title: t('life.need.amount'), width: 130, align: 'right', render: (_, l) => `${l.amount} ${text(need(l)?.unit)}` },
          { title: t('life.need.who'), width: 170, render: (_, l) => <Actor actor={l.actor} /> },
          { title: t('events.clause'), width: 90, dataIndex: 'clause' },
          { title: t('life.need.note'), dataIndex: 'note' },
        ]}
      />
      {lines.hasNextPage && <Flex justify="center" className="pager"><Button size="small" onClick={() => void lines.fetchNextPage()}>{t('events.older')}</Button></Flex>}
    </Card>
  )
}

export function Conditions({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const conditions = p.start.conditions ?? []
  if (conditions.length === 0 && !p.start.started) return null
  const taskOf = (key: string) => p.tasks.find((k) => k.kind === 'condition' && k.subject === key)
  return (
    <Card size="small" title={t('life.need.conditions')}>
      <Descriptions size="small" column={{ xs: 1, md: 3 }} items={[
        ...(p.start.latest ? [{ label: t('life.need.latest'), children: day(p.start.latest) }] : []),
        ...(p.start.started ? [{ label: t('life.need.started'), children: day(p.start.started) }] : []),
        ...(p.start.document ? [{ label: t('life.need.document'), children: p.start.document }] : []),
      ]} />
      <Table
        size="small" rowKey="key" dataSource={conditions} pagination={false} scroll={{ x: 560 }}
        columns={[
          { title: t('life.need.condition'), render: (_, c) => text(c.name) },
          {
            title: t('life.need.state'), width: 190,
            render: (_, c) => {
              const task = taskOf(c.key)
              const tag = c.met ? <Tag color="green">{t('life.need.met')} {day(c.met)}</Tag> : <Tag color="gold">{t('life.need.open')}</Tag>
              return task ? <Link to={pathOf({ project: p.row.id, key: task.key })}>{tag}</Link> : tag
            },
          },
          { title: t('life.need.document'), dataIndex: 'document' },
          { title: t('events.clause'), width: 90, dataIndex: 'clause' },
        ]}
      />
    </Card>
  )
}
