import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Input, Select, Table, Tabs, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useHolds, useMe } from '../app/queries'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Pager } from '../parts/Pager'
import { Places } from '../parts/Places'
import { Says } from '../parts/Says'
import { useLook, useTurned } from '../parts/turned'
import { Chosen } from '../project/filters'
import { day, text } from '../words/format'
import { zh } from '../words/zh'
import { askedOf, choices, views } from './asked'
import { Assign } from './Assign'
import { DueRange } from './DueRange'
import { Parties } from './Parties'
import { pathOf } from './paths'
import { SavedFilters } from './SavedFilters'

type Task = Schemas['Task']

/** The department's desk: what is to be done, the most urgent first. Who looks after others sees everybody's. */
export default function Inbox() {
  const { t } = useTranslation()
  const names = useNames()
  const holds = useHolds()
  const [params, look] = useLook()
  const [turned, turn] = useTurned()
  const [chosen, setChosen] = useState<readonly Task[]>([])
  const [, setParams] = useSearchParams()
  const head = holds('head')
  const expert = useMe().posts.every((p) => p.role === 'expert')
  const onlooker = !holds('office', 'handler', 'head', 'expert', 'owner', 'liaison', 'leader')
  const open = views.filter((v) => (expert ? v === 'unit' || v === 'closed' : onlooker ? v !== 'unit' && v !== 'mine' : v !== 'everyone' || holds('office', 'supervisor', 'leader', 'auditor')))
  if (onlooker) open.sort((a, b) => Number(b === 'everyone') - Number(a === 'everyone'))
  const first = open[0]!
  const view = open.find((v) => v === params.get('view')) ?? first
  const query = { ...askedOf(view, params, onlooker), limit: 50, cursor: turned.at(-1) }
  const tasks = useQuery({
    queryKey: ['tasks', query], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/tasks', { params: { query }, signal })),
  })
  const choose = (changed: Record<string, string | undefined>) => {
    setChosen([])
    look(changed)
  }
  const narrowed = choices.some((c) => c !== 'sort' && params.get(c))
  const value = (name: (typeof choices)[number]) => params.get(name) ?? undefined
  return (
    <Page title={t('inbox.title')} extra={<SavedFilters params={params} use={(p) => { p.delete('cursor'); setChosen([]); setParams(p) }} />}>
      <Tabs activeKey={view} onChange={(v) => choose({ view: v === first ? undefined : v, sort: undefined })} items={open.map((v) => ({ key: v, label: v === 'unit' && expert ? t('desk.toScore') : t(`inbox.${v}`) }))} />
      <Flex gap="small" wrap className="bar no-print">
        <Input.Search key={value('q')} className="text" allowClear placeholder={t('inbox.text')} aria-label={t('inbox.text')} defaultValue={value('q')} maxLength={100} onSearch={(q) => choose({ q })} />
        <Select
          allowClear placeholder={t('inbox.lamp')} aria-label={t('inbox.lamp')} value={value('colour')} onChange={(colour?: string) => choose({ colour })} popupMatchSelectWidth={false}
          options={(['red', 'yellow', 'green', 'excused'] as const).map((c) => ({ value: c, label: t(`colour.${c}`) }))} className="pick"
        />
        <Select
          allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('inbox.kind')} aria-label={t('inbox.kind')} value={value('kind')} onChange={(kind?: string) => choose({ kind })}
          options={(Object.keys(zh.kind) as (keyof typeof zh.kind)[]).map((k) => ({ value: k, label: t(`kind.${k}`) }))} popupMatchSelectWidth={false} className="pick"
        />
        {query.everyone && <Parties value={value('party')} choose={(party) => choose({ party })} />}
        {query.everyone && <Places value={value('jurisdiction')} choose={(jurisdiction) => choose({ jurisdiction })} />}
        <DueRange from={value('dueFrom')} to={value('dueTo')} choose={(dueFrom, dueTo) => choose({ dueFrom, dueTo })} />
        <Select
          aria-label={t('desk.sort')} value={query.sort ?? 'due'} onChange={(sort) => choose({ sort })} popupMatchSelectWidth={false}
          options={(view === 'closed' ? (['-closed', 'closed', 'due'] as const) : (['due', '-due', '-opened', 'opened'] as const)).map((s) => ({ value: s, label: t(`desk.sorts.${s}`) }))}
        />
        {narrowed && <Button type="link" onClick={() => choose(Object.fromEntries(choices.map((c) => [c, undefined])))}>{t('say.reset')}</Button>}
        {head && view !== 'closed' && <Assign tasks={chosen} done={() => setChosen([])} />}
      </Flex>
      <Chosen params={params} but={['jurisdiction', 'colour', 'dueFrom', 'dueTo', 'q']} change={(gone) => choose(Object.fromEntries(gone.map((n) => [n, undefined])))} />
      <Says failure={tasks.error} />
      <Table<Task>
        size="middle" dataSource={tasks.data?.items} loading={tasks.isPending || tasks.isPlaceholderData} pagination={false} scroll={{ x: expert ? 900 : 1180 }}
        rowKey={(r) => `${r.project}/${r.key}`} locale={{ emptyText: <Empty description={<>{t(narrowed ? 'desk.nothing' : 'inbox.empty')}<br /><Typography.Text type="secondary">{t(narrowed ? 'desk.nothingHint' : 'inbox.emptyHint')}</Typography.Text></>} /> }}
        {...(head && view !== 'closed' ? { rowSelection: { selectedRowKeys: chosen.map((r) => `${r.project}/${r.key}`), onChange: (_, rows) => setChosen(rows) } } : {})}
        columns={[
          { title: t('inbox.lamp'), width: 84, render: (_, r) => <Lamp colour={r.colour} /> },
          { title: t('inbox.due'), width: 190, render: (_, r) => (r.closed ? t('task.closed', { at: day(r.closed) }) : <Due task={r} />) },
          { title: t('inbox.task'), minWidth: 120, render: (_, r) => <Link to={pathOf(r)}>{text(r.name)}</Link> },
          { title: t('inbox.project'), render: (_, r) => <Link to={`/projects/${r.project}`}>{r.projectName}</Link> },
          { title: t('inbox.kind'), width: 120, render: (_, r) => t(`kind.${r.kind}`) },
          ...(expert ? [] : [
            { title: t('inbox.party'), width: 170, render: (_: unknown, r: Task) => names.party(r.party, r.jurisdiction) },
            { title: t('inbox.assignee'), width: 130, render: (_: unknown, r: Task) => r.assignee?.name ?? <Typography.Text type="secondary">{t('inbox.nobody')}</Typography.Text> },
          ]),
          { title: t('inbox.opened'), width: 130, render: (_, r) => day(r.received) },
        ]}
      />
      <Pager turned={turned} next={tasks.data?.next} turn={turn} />
    </Page>
  )
}
