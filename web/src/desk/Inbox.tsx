import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Input, Select, Table, Tabs, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useHolds } from '../app/queries'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { day, text } from '../words/format'
import { zh } from '../words/zh'
import { Assign } from './Assign'
import { pathOf } from './paths'
import { SavedFilters } from './SavedFilters'

type Task = Schemas['Task']
const views = ['unit', 'mine', 'unassigned', 'everyone', 'closed'] as const
type View = (typeof views)[number]

const asked: Record<View, object> = {
  unit: {}, mine: { mine: true }, unassigned: { unassigned: true }, everyone: { everyone: true }, closed: { state: 'closed', sort: '-closed' },
}

/** The department's desk: what is to be done, the most urgent first. */
export default function Inbox() {
  const { t } = useTranslation()
  const names = useNames()
  const holds = useHolds()
  const [params, setParams] = useSearchParams()
  const [turned, setTurned] = useState<Turned>([])
  const [chosen, setChosen] = useState<readonly Task[]>([])
  const view = views.find((v) => v === params.get('view')) ?? 'unit'
  const filter = { colour: params.get('colour') ?? undefined, kind: params.get('kind') ?? undefined, q: params.get('q') ?? undefined }
  const query = { ...asked[view], ...filter, limit: 50, cursor: turned.at(-1) } as never
  const tasks = useQuery({
    queryKey: ['tasks', query], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/tasks', { params: { query }, signal })),
  })
  const look = (changed: Record<string, string | undefined>) => {
    setTurned([])
    setChosen([])
    setParams((old) => {
      for (const [k, v] of Object.entries(changed)) if (v) old.set(k, v); else old.delete(k)
      return old
    }, { replace: true })
  }
  const overseer = holds('office', 'supervisor', 'leader', 'auditor')
  const head = holds('head')
  return (
    <Page title={t('inbox.title')} extra={<SavedFilters params={params} use={(p) => { setTurned([]); setParams(p) }} />}>
      <Tabs
        activeKey={view} onChange={(v) => look({ view: v === 'unit' ? undefined : v })}
        items={views.filter((v) => v !== 'everyone' || overseer).map((v) => ({ key: v, label: t(`inbox.${v}`) }))}
      />
      <Flex gap="small" wrap className="bar no-print">
        <Input.Search className="text" allowClear placeholder={t('inbox.text')} aria-label={t('inbox.text')} defaultValue={filter.q} onSearch={(q) => look({ q })} />
        <Select
          allowClear placeholder={t('inbox.lamp')} aria-label={t('inbox.lamp')} value={filter.colour} onChange={(colour: string) => look({ colour })} popupMatchSelectWidth={false}
          options={(['red', 'yellow', 'green', 'excused'] as const).map((c) => ({ value: c, label: t(`colour.${c}`) }))} className="pick"
        />
        <Select
          allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('inbox.kind')} aria-label={t('inbox.kind')} value={filter.kind} onChange={(kind: string) => look({ kind })}
          options={(Object.keys(zh.kind) as (keyof typeof zh.kind)[]).map((k) => ({ value: k, label: t(`kind.${k}`) }))} popupMatchSelectWidth={false} className="pick"
        />
        {(filter.colour ?? filter.kind ?? filter.q) && <Button type="link" onClick={() => look({ colour: undefined, kind: undefined, q: undefined })}>{t('say.reset')}</Button>}
        {head && view !== 'closed' && <Assign tasks={chosen} done={() => setChosen([])} />}
      </Flex>
      <Says failure={tasks.error} />
      <Table<Task>
        size="middle" dataSource={tasks.data?.items} loading={tasks.isPending} pagination={false} scroll={{ x: 900 }}
        rowKey={(r) => `${r.project}/${r.key}`} locale={{ emptyText: <Empty description={<>{t('inbox.empty')}<br /><Typography.Text type="secondary">{t('inbox.emptyHint')}</Typography.Text></>} /> }}
        {...(head && view !== 'closed' ? { rowSelection: { selectedRowKeys: chosen.map((r) => `${r.project}/${r.key}`), onChange: (_, rows) => setChosen(rows) } } : {})}
        columns={[
          { title: t('inbox.lamp'), width: 84, render: (_, r) => <Lamp colour={r.colour} /> },
          { title: t('inbox.due'), width: 190, render: (_, r) => (r.closed ? t('task.closed', { at: day(r.closed) }) : <Due task={r} />) },
          { title: t('inbox.task'), render: (_, r) => <Link to={pathOf(r)}>{text(r.name)}</Link> },
          { title: t('inbox.project'), render: (_, r) => <Link to={`/projects/${r.project}`}>{r.projectName}</Link> },
          { title: t('inbox.kind'), width: 120, render: (_, r) => t(`kind.${r.kind}`) },
          { title: t('inbox.party'), width: 170, render: (_, r) => names.party(r.party, r.jurisdiction) },
          { title: t('inbox.assignee'), width: 130, render: (_, r) => r.assignee?.name ?? <Typography.Text type="secondary">{t('inbox.nobody')}</Typography.Text> },
          { title: t('inbox.opened'), width: 130, render: (_, r) => day(r.received) },
        ]}
      />
      <Pager turned={turned} next={tasks.data?.next} turn={setTurned} />
    </Page>
  )
}
