import { useQuery } from '@tanstack/react-query'
import { Empty, Flex, Table, Tag, Tooltip, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pathOf } from '../desk/paths'
import { Due } from '../parts/Due'
import { Says } from '../parts/Says'
import { day, moment, text } from '../words/format'
import { ItemPapers } from './ItemPapers'
import { steps } from './order'
import { tasksQuery } from './query'
import { Record } from './Record'

type Item = Schemas['Item']
const paint: Partial<{ [S in Item['state']]: string }> = { open: 'blue', received: 'blue', supplement: 'orange', accepted: 'processing', granted: 'green', refused: 'red', withdrawn: 'red' }

export function ItemState({ item }: { item: Item }) {
  const { t } = useTranslation()
  return <Tag color={paint[item.state]}>{t(`life.itemState.${item.state}`)}</Tag>
}

/** What is remarkable about how an item went. */
export function ItemMarks({ item }: { item: Item }) {
  const { t } = useTranslation()
  const marks = [
    item.round > 1 && t('life.item.round', { n: item.round }), item.deemed && t('life.item.deemed'), item.tacit && t('life.item.tacit'), item.late && t('life.item.late'), item.paused && t('life.item.paused'),
    item.extended && t('life.item.extended', { count: item.extended }), item.supplemented && t('life.item.supplemented'), item.jointReview && t('life.item.jointReview'),
  ].filter((m) => typeof m === 'string')
  return marks.map((m) => <Tag key={m} color={m === t('life.item.late') ? 'red' : undefined}>{m}</Tag>)
}

/** The approval items and single acceptances: where each stands, until when, and in which order they go. */
export function Items({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  const tasks = useQuery(tasksQuery(p.row.id))
  const open = params.getAll('item')
  const nameOf = (key: string) => text(p.items.find((i) => i.key === key)?.name) || key
  const taskOf = (item: Item) => tasks.data?.items.find((k) => ['submission', 'completeness', 'supplement', 'decision'].includes(k.kind) && k.subject === item.key && (k.kind !== 'decision' || item.state === 'accepted'))
  const toggle = (shown: boolean, key: string) => setParams((old) => {
    const rest = old.getAll('item').filter((k) => k !== key)
    old.delete('item')
    for (const k of shown ? [...rest, key] : rest) old.append('item', k)
    return old
  }, { replace: true })
  if (p.items.length === 0) return <Empty description={t('life.item.none')} />
  return (
    <>
      <Order items={p.items} />
      <Says failure={tasks.error} />
      <Table<Item>
        size="middle" rowKey="key" dataSource={p.items} pagination={false} scroll={{ x: 900 }}
        expandable={{
          expandedRowKeys: open, onExpand: (shown, item) => toggle(shown, item.key), rowExpandable: (i) => i.state !== 'not-applicable',
          expandedRowRender: (i) => <Details p={p} item={i} />,
        }}
        columns={[
          { title: t('life.item.name'), render: (_, i) => <>{text(i.name)}<div><ItemMarks item={i} /></div></> },
          { title: t('life.item.department'), width: 170, render: (_, i) => names.department(i.department, p.row.jurisdiction) },
          { title: t('life.item.state'), width: 130, render: (_, i) => <Tooltip title={i.state === 'waiting' && i.after?.length ? t('life.item.after', { items: i.after.map(nameOf).join('、') }) : text(i.reason)}><span tabIndex={i.reason || i.state === 'waiting' ? 0 : -1}><ItemState item={i} /></span></Tooltip> },
          {
            title: t('life.item.clock'), width: 200,
            render: (_, i) => {
              const task = taskOf(i)
              if (i.decided) return `${t('life.item.decided')} ${day(i.decided)}`
              return task && <Link to={pathOf(task)}><Due task={task} /></Link>
            },
          },
          { title: t('life.item.document'), render: (_, i) => i.document ?? (i.state === 'not-applicable' ? <Typography.Text type="secondary">{text(i.reason)}</Typography.Text> : '') },
          { title: t('life.item.clause'), width: 90, dataIndex: 'clause' },
        ]}
      />
    </>
  )
}

function Details({ p, item }: { p: Schemas['Project']; item: Item }) {
  const { t } = useTranslation()
  return (
    <Flex vertical gap="middle">
      {item.received && <span>{t('life.item.received')} {moment(item.received)}{item.lapsed && ` · ${t('life.item.lapsed')} ${moment(item.lapsed)}`}</span>}
      <ItemPapers project={p} item={item} />
      <div>
        <h2 className="next">{t('life.task.record')}</h2>
        <Record project={p.row.id} item={item.key} />
      </div>
    </Flex>
  )
}

/** Which items go at the same time, and which wait for others. */
function Order({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation()
  const all = steps(items)
  if (all.length < 2) return null
  const nameOf = (key: string) => text(items.find((i) => i.key === key)?.name) || key
  return (
    <section aria-label={t('life.item.order')} className="order">
      {all.map((step, n) => (
        <div key={n} className="order-step">
          <div className="small dim">{t('life.item.stage', { n: n + 1 })}</div>
          {step.map((i) => (
            <Tooltip key={i.key} title={i.after?.length ? t('life.item.after', { items: i.after.map(nameOf).join('、') }) : undefined}>
              <span className={`order-item ${i.state}`} tabIndex={0}>{text(i.name)} <span className="small">{t(`life.itemState.${i.state}`)}</span></span>
            </Tooltip>
          ))}
        </div>
      ))}
      <p className="small dim order-hint">{t('life.item.orderHint')}</p>
    </section>
  )
}
