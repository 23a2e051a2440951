import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Card, Descriptions, Flex, Progress, Steps, Table, Tabs, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, Route, Routes, useLocation, useNavigate, useParams } from 'react-router'

import { Acts } from '../acts/Acts'
import { api, whole, type Schemas } from '../api/client'
import { useWatched } from '../app/live'
import { useNames } from '../app/names'
import { Nowhere } from '../app/Nowhere'
import { clock } from '../app/queries'
import { pathOf } from '../desk/paths'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { day, money, text } from '../words/format'
import { Chart } from './Chart'
import { Events } from './Events'
import { projectQuery } from './query'

type Project = Schemas['Project']
const phases = ['planning', 'evaluation', 'approval', 'assurance', 'startup', 'construction', 'completion'] as const

/** A project's whole life. */
export default function ProjectPage() {
  const { t } = useTranslation()
  const { project = '' } = useParams()
  useWatched(project)
  const go = useNavigate()
  const tab = useLocation().pathname.split('/')[3] ?? ''
  const found = useQuery(projectQuery(project))
  if (found.isPending) return <Waiting />
  if (found.isError) return <Says failure={found.error} />
  const { row } = found.data
  return (
    <Page title={row.name} extra={<Flex gap="small" align="center"><Lamp colour={row.colour} /><Button className="no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>{t('say.print')}</Button></Flex>}>
      <Steps
        size="small" className="spaced" responsive current={row.phase === 'closed' ? phases.length : phases.indexOf(row.phase)} status={row.status === 'active' || row.status === 'done' || row.status === 'archived' ? 'process' : 'error'}
        items={phases.map((p) => ({ title: t(`phase.${p}`), ...(p === row.phase && row.status !== 'active' ? { content: t(`status.${row.status}`) } : {}) }))}
      />
      <Tabs
        activeKey={tab} onChange={(k) => void go(`/projects/${project}${k && `/${k}`}`)} className="no-print"
        items={[{ key: '', label: t('project.overview') }, { key: 'chart', label: t('project.chart') }, { key: 'timeline', label: t('project.timeline') }]}
      />
      <Routes>
        <Route index element={<Overview p={found.data} />} />
        <Route path="chart" element={<Picture project={project} />} />
        <Route path="timeline" element={<Events project={project} />} />
        <Route path="*" element={<Nowhere />} />
      </Routes>
    </Page>
  )
}

function Overview({ p }: { p: Project }) {
  const { t } = useTranslation()
  const names = useNames()
  const { row } = p
  const tasks = useQuery({
    queryKey: ['project', row.id, 'tasks'],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/tasks', { params: { path: { projectId: row.id }, query: { limit: 100 } }, signal })),
  })
  return (
    <>
      <Card size="small" className="facts">
        <Descriptions
          size="small" column={{ xs: 1, md: 2, xl: 3 }}
          items={[
            { label: t('projects.unit'), children: names.unit(row.unit) },
            { label: t('projects.owner'), children: names.owner(row.owner) },
            { label: t('projects.level'), children: t(`level.${row.level}`) },
            { label: t('project.procedure'), children: t(`procedure.${row.procedure}`) },
            { label: t('projects.investment'), children: money(row.investment) },
            { label: t('project.done'), children: <Flex gap="small">{money(row.investmentDone)}<Progress percent={row.investment ? Math.round((100 * row.investmentDone) / row.investment) : 0} size="small" className="share" /></Flex> },
            { label: t('project.planned'), children: `${day(row.plannedStart)}—${day(row.plannedCompletion)}` },
            { label: t('inbox.lamp'), span: 'filled', children: row.lamps.map((l) => <Lamp key={l.kind} colour={l.colour}>{`${t(`lamp.${l.kind}`)} ${t(`colour.${l.colour}`)}${l.reason ? ` · ${text(l.reason)}` : ''}`}</Lamp>) },
            ...(p.profile.summary ? [{ label: t('say.more'), span: 'filled' as const, children: p.profile.summary }] : []),
          ]}
        />
      </Card>
      <Acts project={p} />
      <Says failure={tasks.error} />
      <Table
        size="small" title={() => t('project.open')} rowKey="key" loading={tasks.isPending} dataSource={tasks.data?.items} pagination={false} scroll={{ x: 700 }}
        columns={[
          { title: t('inbox.lamp'), width: 84, render: (_, r) => <Lamp colour={r.colour} /> },
          { title: t('inbox.task'), render: (_, r) => <Link to={pathOf(r)}>{text(r.name)}</Link> },
          { title: t('inbox.party'), render: (_, r) => names.party(r.party, r.jurisdiction) },
          { title: t('inbox.due'), width: 190, render: (_, r) => <Due task={r} /> },
          { title: t('inbox.assignee'), width: 130, render: (_, r) => r.assignee?.name ?? <Tag>{t('inbox.nobody')}</Tag> },
        ]}
      />
    </>
  )
}

function Picture({ project }: { project: string }) {
  const { data: time } = useQuery(clock)
  const chart = useQuery({
    queryKey: ['project', project, 'chart'],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/chart', { params: { path: { projectId: project } }, signal })),
  })
  if (chart.isError) return <Says failure={chart.error} />
  if (!chart.data || !time) return <Waiting />
  return <Chart project={project} rows={chart.data.rows} now={Date.parse(time.now)} />
}
