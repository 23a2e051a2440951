import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Empty, Flex, Input, Progress, Select, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { day, money } from '../words/format'
import { Chosen, Filters, picked, projectFilters } from './filters'

type Row = Schemas['ProjectSummary']
const controls = ['phase', 'colour', 'sector', 'level', 'unit', 'status'] as const

/** Every project that I may see. */
export default function Projects() {
  const { t } = useTranslation()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  const [turned, setTurned] = useState<Turned>([])
  const query = { ...picked(params, projectFilters), sort: params.get('sort') ?? undefined, limit: 50, cursor: turned.at(-1) } as never
  const projects = useQuery({
    queryKey: ['projects', query], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects', { params: { query }, signal })),
  })
  const look = (name: string, value?: string) => {
    setTurned([])
    setParams((old) => {
      if (value) old.set(name, value); else old.delete(name)
      return old
    }, { replace: true })
  }
  const drop = (names: readonly string[]) => {
    setTurned([])
    setParams((old) => { names.forEach((n) => old.delete(n)); return old }, { replace: true })
  }
  return (
    <Page title={t('projects.title')}>
      <Flex gap="small" wrap className="bar no-print">
        <Input.Search className="text" allowClear placeholder={t('projects.name')} aria-label={t('projects.name')} defaultValue={params.get('q') ?? ''} onSearch={(q) => look('q', q)} />
        <Filters names={controls} params={params} look={look} />
        <Select
          aria-label={t('projects.sort')} value={params.get('sort') ?? '-declared'} onChange={(v) => look('sort', v)} popupMatchSelectWidth={false}
          options={[
            { value: '-declared', label: t('projects.byDeclared') }, { value: 'gravity', label: t('wall.gravity') }, { value: 'nextDue', label: t('projects.byNextDue') },
            { value: '-investment', label: t('projects.byInvestment') }, { value: 'plannedStart', label: t('wall.startsDue') }, { value: 'name', label: t('projects.byName') },
          ]}
        />
      </Flex>
      <Chosen params={params} but={[...controls, 'q']} change={drop} />
      <Says failure={projects.error} />
      <Table<Row>
        size="middle" rowKey="id" dataSource={projects.data?.items} loading={projects.isPending} pagination={false} scroll={{ x: 900 }} locale={{ emptyText: <Empty description={t('projects.empty')} /> }}
        columns={[
          { title: t('inbox.lamp'), width: 84, render: (_, r) => <Lamp colour={r.colour} /> },
          { title: t('projects.name'), render: (_, r) => <Link to={`/projects/${r.id}`}>{r.name}</Link> },
          { title: t('projects.phase'), width: 110, render: (_, r) => (r.status === 'active' ? t(`phase.${r.phase}`) : t(`status.${r.status}`)) },
          { title: t('projects.unit'), width: 170, render: (_, r) => names.unit(r.unit) },
          { title: t('projects.investment'), width: 130, align: 'right', render: (_, r) => money(r.investment) },
          { title: t('projects.doneShare'), width: 140, render: (_, r) => <Progress aria-label={t('projects.doneShare')} percent={r.investment ? Math.round((100 * r.investmentDone) / r.investment) : 0} size="small" /> },
          { title: t('projects.nextDue'), width: 140, render: (_, r) => (r.nextDue ? day(r.nextDue) : '') },
        ]}
      />
      <Pager turned={turned} next={projects.data?.next} turn={setTurned} />
    </Page>
  )
}
