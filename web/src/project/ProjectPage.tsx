import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Card, Collapse, Descriptions, Flex, Progress, Steps, Table, Tabs, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, Route, Routes, useLocation, useNavigate, useParams } from 'react-router'

import { Acts } from '../acts/Acts'
import { api, whole, type Schemas } from '../api/client'
import { useWatched } from '../app/live'
import { useNames } from '../app/names'
import { Nowhere } from '../app/Nowhere'
import { clock, useMay } from '../app/queries'
import { pathOf } from '../desk/paths'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { lost } from '../parts/lost'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { day, moment, money, text } from '../words/format'
import { Assurance } from './Assurance'
import { Chart } from './Chart'
import { Completion } from './Completion'
import { Declaration } from './Declaration'
import { Evaluation } from './Evaluation'
import { Events } from './Events'
import { Files } from './Files'
import { Items } from './Items'
import { Notices } from './Notices'
import { Problems } from './Problems'
import { projectQuery, tasksQuery } from './query'
import { Reports } from './Reports'

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
  const { data: time } = useQuery(clock)
  const tabs = useTabs(found.data)
  if (found.isPending) return <Waiting />
  if (lost(found)) return <Says failure={found.error} />
  const { row } = found.data
  return (
    <Page title={row.name} extra={<Flex gap="small" align="center"><Lamp colour={row.colour} /><Button className="no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>{t('say.print')}</Button></Flex>}>
      <p className="only-print small">{t('life.print.page')} · {tabs.find((o) => o.key === tab)?.label} · {time && t('life.print.at', { at: moment(time.now) })}</p>
      <Steps
        size="small" className="spaced phases" responsive current={row.phase === 'closed' ? phases.length : phases.indexOf(row.phase)} status={row.status === 'active' || row.status === 'done' || row.status === 'archived' ? 'process' : 'error'}
        items={phases.map((p) => ({ title: t(`phase.${p}`), ...(p === row.phase && row.status !== 'active' ? { content: t(`status.${row.status}`) } : {}) }))}
      />
      <Tabs activeKey={tab} onChange={(k) => void go(`/projects/${project}${k && `/${k}`}`)} className="no-print" items={tabs} />
      <Routes>
        <Route index element={<Overview p={found.data} />} />
        <Route path="chart" element={<Picture project={project} />} />
        <Route path="evaluation" element={<Evaluation p={found.data} />} />
        <Route path="items" element={<Items p={found.data} />} />
        <Route path="assurance" element={<Assurance p={found.data} />} />
        <Route path="reports" element={<Reports p={found.data} />} />
        <Route path="problems" element={<Problems p={found.data} />} />
        <Route path="completion" element={<Completion p={found.data} />} />
        <Route path="files" element={<Files p={found.data} />} />
        <Route path="notices" element={<Notices project={project} />} />
        <Route path="timeline" element={<Events project={project} />} />
        <Route path="*" element={<Nowhere />} />
      </Routes>
    </Page>
  )
}

/** The pages of a project: those where there is something, or where something is about to be. */
function useTabs(p: Project | undefined) {
  const { t } = useTranslation()
  const may = useMay()
  const reached = (phase: (typeof phases)[number]) => !!p && (p.row.phase === 'closed' || phases.indexOf(p.row.phase) >= phases.indexOf(phase))
  const shown = {
    evaluation: !!p && (reached('evaluation') || p.panel.members.length > 0 || p.plan.length > 0),
    items: !!p && (p.items.length > 0 || reached('approval')),
    assurance: !!p && (p.needs.length > 0 || reached('assurance')),
    reports: !!p && (!!p.reporting.plan?.length || !!p.reporting.reports?.length || reached('assurance')),
    problems: !!p && (p.problems.length > 0 || (may('registerProblem') && p.row.status === 'active')),
    completion: !!p && (!!p.acceptance.requested || reached('completion')),
    files: may('listFiles'),
    notices: may('listProjectNotices'),
  }
  const some = (Object.keys(shown) as (keyof typeof shown)[]).filter((k) => shown[k]).map((k) => ({ key: k, label: t(`life.tab.${k}`) }))
  const count = p?.problems.filter((q) => !q.closed).length
  return [
    { key: '', label: t('project.overview') }, { key: 'chart', label: t('project.chart') },
    ...some.map((o) => (o.key === 'problems' && count ? { ...o, label: `${o.label} (${count})` } : o)),
    { key: 'timeline', label: t('project.timeline') },
  ]
}

function Overview({ p }: { p: Project }) {
  const { t } = useTranslation()
  const names = useNames()
  const { row } = p
  const tasks = useQuery(tasksQuery(row.id))
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
            { label: t('project.done'), children: <Flex gap="small" wrap><Link to="reports">{money(row.investmentDone)}</Link><Progress aria-label={t('project.done')} percent={row.investment ? Math.round((100 * row.investmentDone) / row.investment) : 0} size="small" className="share" /></Flex> },
            { label: t('project.planned'), children: `${day(row.plannedStart)}—${day(row.plannedCompletion)}` },
            {
              label: t('inbox.lamp'), span: 'filled',
              children: <Flex gap={4} wrap>{row.lamps.map((l) => { const lamp = <Lamp key={l.kind} colour={l.colour}>{`${t(`lamp.${l.kind}`)} ${t(`colour.${l.colour}`)}${l.reason ? ` · ${text(l.reason)}` : ''}`}</Lamp>; return l.task ? <Link key={l.kind} to={pathOf({ project: row.id, key: l.task })}>{lamp}</Link> : lamp })}</Flex>,
            },
            ...(p.profile.summary ? [{ label: t('declaration.summary'), span: 'filled' as const, children: p.profile.summary }] : []),
          ]}
        />
        <Collapse ghost size="small" className="no-print" items={[{ key: 'more', label: t('life.task.declaration'), children: <Declaration p={p} /> }]} />
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
  if (lost(chart)) return <Says failure={chart.error} />
  if (!chart.data || !time) return <Waiting />
  return <Chart project={project} rows={chart.data.rows} now={Date.parse(time.now)} />
}
