import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Card, Empty, Flex, Progress, Segmented, Table, Tag, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { places } from '../app/places'
import { clock, useMay } from '../app/queries'
import { pathOf } from '../desk/paths'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { day, money, month, text } from '../words/format'
import { DoAbout, useDo } from './Do'
import { grouped, type Group } from './groups'

type Task = Schemas['Task']
type Row = Schemas['ProjectSummary']
const kinds = { reportsDue: 'report', supplements: 'supplement', commitments: 'commitment', submissions: 'submission' } as const
type Show = keyof typeof kinds | 'all'

/** What an owner or a unit owes and by when, over all its projects; the projects; the reports. */
export default function Mine() {
  const { t } = useTranslation()
  const may = useMay()
  const projects = useInfiniteQuery({
    queryKey: ['projects', 'mine'], initialPageParam: undefined as string | undefined, getNextPageParam: (last: Schemas['ProjectList']) => last.next,
    queryFn: ({ pageParam, signal }) => whole(api.GET('/projects', { params: { query: { sort: 'nextDue', limit: 50, cursor: pageParam } }, signal })),
  })
  const rows = projects.data?.pages.flatMap((g) => g.items) ?? []
  const declare = places.find((p) => p.path === '/declare')
  return (
    <Page
      title={t('owned.title')}
      extra={(
        <Flex gap="small" wrap className="bar no-print">
          {may('registerProblem') && <DoAbout operation="registerProblem" name={t('owned.report')} projects={rows} />}
          {may('uploadFile') && <DoAbout operation="uploadFile" name={t('owned.upload')} projects={rows} />}
          {may('filePaper') && <DoAbout operation="filePaper" name={t('owned.paper')} projects={rows} />}
          {declare && may('declare') && <Link to={declare.path}><Button type="primary">{t('nav.declare')}</Button></Link>}
        </Flex>
      )}
    >
      <Owed />
      <Card size="small" title={t('owned.projects')} className="facts">
        <Says failure={projects.error} />
        <Table<Row>
          size="middle" rowKey="id" dataSource={rows} loading={projects.isPending} pagination={false} scroll={{ x: 1040 }}
          locale={{ emptyText: <Empty description={<>{t('owned.noProjects')}<br /><Typography.Text type="secondary">{t('owned.noProjectsHint')}</Typography.Text></>} /> }}
          columns={[
            { title: t('inbox.lamp'), width: 84, render: (_, r) => <Link to={`/projects/${r.id}`}><Lamp colour={r.colour} /></Link> },
            { title: t('projects.name'), render: (_, r) => <Link to={`/projects/${r.id}`}>{r.name}</Link> },
            { title: t('projects.phase'), width: 120, render: (_, r) => (r.status === 'active' ? t(`phase.${r.phase}`) : t(`status.${r.status}`)) },
            { title: t('projects.nextDue'), width: 180, render: (_, r) => (r.nextDue ? day(r.nextDue) : <Typography.Text type="secondary">{t('owned.nothingOpen')}</Typography.Text>) },
            { title: t('project.open'), width: 100, render: (_, r) => (r.openTasks ? <Link to={`/projects/${r.id}`}>{t('owned.openTasks', { count: r.openTasks })}</Link> : '') },
            { title: t('projects.investment'), width: 120, align: 'right', render: (_, r) => money(r.investment) },
            { title: t('projects.doneShare'), width: 210, render: (_, r) => <Link to={`/projects/${r.id}/reports`}>{money(r.investmentDone)}<Progress aria-label={t('projects.doneShare')} percent={r.investment ? Math.round((100 * r.investmentDone) / r.investment) : 0} size="small" /></Link> },
          ]}
        />
        {projects.hasNextPage && <Flex justify="center" className="pager"><Button onClick={() => void projects.fetchNextPage()} loading={projects.isFetchingNextPage}>{t('owned.moreProjects')}</Button></Flex>}
      </Card>
      {may('listReports') && <Reports />}
    </Page>
  )
}

const tone: Partial<Record<Group, 'danger' | 'warning'>> = { overdue: 'danger', week: 'warning' }

function Owed() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const { data: time } = useQuery(clock)
  const { button, form } = useDo()
  const found = useInfiniteQuery({
    queryKey: ['tasks', 'owed'], initialPageParam: undefined as string | undefined, getNextPageParam: (last: Schemas['TaskList']) => last.next,
    queryFn: ({ pageParam, signal }) => whole(api.GET('/tasks', { params: { query: { sort: 'due', limit: 100, cursor: pageParam } }, signal })),
  })
  const tasks = found.data?.pages.flatMap((g) => g.items) ?? []
  const count = (show: Show) => (show === 'all' ? tasks : tasks.filter((k) => k.kind === kinds[show])).length
  const show = (Object.keys(kinds) as Show[]).find((k) => k === params.get('show')) ?? 'all'
  const shown = show === 'all' ? tasks : tasks.filter((k) => k.kind === kinds[show])
  const many = found.hasNextPage ? '+' : ''
  const offered = (['all', ...Object.keys(kinds)] as Show[]).filter((k) => k === 'all' || k === show || count(k) > 0)
  return (
    <Card size="small" title={t('owned.owed')} className="facts" loading={found.isPending || !time}>
      <Says failure={found.error} />
      {offered.length > 1 && (
        <div className="scrolled bar no-print">
          <Segmented<Show>
            value={show} onChange={(v) => setParams((old) => { if (v === 'all') old.delete('show'); else old.set('show', v); return old }, { replace: true })}
            options={offered.map((k) => ({ value: k, label: `${t(`owned.${k}`)} ${count(k)}${many}` }))}
          />
        </div>
      )}
      {time && grouped(shown, Date.parse(time.now)).map(({ group, items }) => (
        <section key={group} aria-label={t(`owned.${group}`)}>
          <h2 className="next"><Typography.Text {...(tone[group] ? { type: tone[group] } : {})}>{t(`owned.${group}`)} ({items.length}{group === 'later' || group === 'still' ? many : ''})</Typography.Text></h2>
          <ul className="owed">{items.map((k) => <OwedTask key={`${k.project}/${k.key}`} task={k} button={button(k)} />)}</ul>
        </section>
      ))}
      {found.data && shown.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<>{t('owned.nothing')}<br /><Typography.Text type="secondary">{t('owned.nothingHint')}</Typography.Text></>} />}
      {form}
      {found.hasNextPage && <Flex justify="center" className="pager no-print"><Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage}>{t('owned.moreTasks')}</Button></Flex>}
    </Card>
  )
}

function OwedTask({ task, button }: { task: Task; button: ReactNode }) {
  const { t } = useTranslation()
  return (
    <li>
      <span className="owed-lamp"><Lamp colour={task.colour} /></span>
      <span className="owed-name"><Link to={pathOf(task)}>{text(task.name)}</Link> <Tag>{t(`kind.${task.kind}`)}</Tag><div className="small"><Link to={`/projects/${task.project}`} className="dim">{task.projectName}</Link></div></span>
      <span className="owed-due"><Due task={task} /></span>
      <span className="no-print owed-do">{button}</span>
    </li>
  )
}

/** The last reports of all my projects, plan beside investment. */
function Reports() {
  const { t } = useTranslation()
  const found = useQuery({ queryKey: ['reports', 'mine'], queryFn: ({ signal }) => whole(api.GET('/reports', { params: { query: { limit: 20 } }, signal })) })
  return (
    <Card size="small" title={t('owned.reports')} className="facts">
      <Says failure={found.error} />
      <Table
        size="small" rowKey={(r) => `${r.project}/${r.report.seq}`} dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 700 }} locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('owned.noReports')} /> }}
        columns={[
          { title: t('owned.month'), width: 120, render: (_, r) => month(r.report.period) },
          { title: t('owned.project'), render: (_, r) => <Link to={`/projects/${r.project}/reports`}>{r.projectName}</Link> },
          { title: t('owned.plan'), width: 130, align: 'right', render: (_, r) => money(r.report.planned) },
          { title: t('owned.done'), width: 130, align: 'right', render: (_, r) => money(r.report.investment) },
          { title: t('owned.share'), width: 90, align: 'right', render: (_, r) => (r.report.planned ? `${Math.round((100 * r.report.investment) / r.report.planned)}%` : '') },
          { title: t('life.report.lamp'), width: 100, render: (_, r) => { const c = r.report.lamp; return (c === 'green' || c === 'yellow' || c === 'red') && <Lamp colour={c}>{t(`life.report.lamps.${c}`)}</Lamp> } },
          { title: t('life.report.image'), render: (_, r) => r.report.image },
        ]}
      />
    </Card>
  )
}
