import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Col, Descriptions, Row, Tag, Timeline, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { Acts } from '../acts/Acts'
import { api, whole, type Schemas } from '../api/client'
import { useWatched } from '../app/live'
import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { Pool } from '../office/Pool'
import { ClockStrip } from '../parts/ClockStrip'
import { Due } from '../parts/Due'
import { Lamp } from '../parts/Lamp'
import { lost } from '../parts/lost'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { projectQuery } from '../project/query'
import { Record } from '../project/Record'
import { day, moment, text } from '../words/format'
import { Proposal } from './Proposal'
import { itemOf, Subject } from './Subject'

type Task = Schemas['Task']

export const taskQuery = (project: string, task: string) => ({
  queryKey: ['project', project, 'task', task],
  queryFn: ({ signal }: { signal: AbortSignal }) => whole(api.GET('/projects/{projectId}/tasks/{task}', { params: { path: { projectId: project, task } }, signal })),
})

/** One piece of work: what it is, what it is about, until when and why, and what I may do about it. */
export default function TaskPage() {
  const { t } = useTranslation()
  const { project = '', task = '' } = useParams()
  useWatched(project)
  const names = useNames()
  const may = useMay()
  const found = useQuery(taskQuery(project, task))
  const whose = useQuery(projectQuery(project))
  if (found.isPending) return <Waiting />
  if (lost(found)) return <Says failure={found.error} />
  const { task: it, clock, days } = found.data
  return (
    <Page title={text(it.name)} extra={<Lamp colour={it.colour} />}>
      {it.closed && <Alert type="info" showIcon className="spaced" title={t('task.closed', { at: moment(it.closed) })} />}
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={15}>
          <Card size="small" className="facts">
            <Descriptions
              size="small" column={{ xs: 1, md: 2 }}
              items={[
                { label: t('task.project'), span: 'filled', children: <Link to={`/projects/${it.project}`}>{it.projectName}</Link> },
                { label: t('task.phase'), children: t(`phase.${it.phase}`) },
                { label: t('inbox.kind'), children: t(`kind.${it.kind}`) },
                { label: t('task.with'), children: names.party(it.party, it.jurisdiction) },
                ...(it.party.kind === 'expert' ? [] : [{ label: t('task.assignee'), children: it.assignee?.name ?? t('inbox.nobody') }]),
              ]}
            />
            {it.asked && <Tag color="blue">{t('life.task.askedNow', { name: it.asked.name })}</Tag>}
            {!!it.cosigners?.length && <Cosigners task={it} />}
          </Card>
          {whose.data && it.kind === 'scoring' && <Proposal project={whose.data} />}
          {whose.data && it.kind === 'draw' && !it.closed && may('listExperts') && <Pool project={whose.data} />}
          {whose.data && <Acts project={whose.data} task={it.key} over={!!it.closed} />}
          {whose.data && <Subject p={whose.data} task={it} />}
          <Card size="small" className="facts" title={<Tooltip title={t('life.task.recordHint')}>{t('life.task.record')}</Tooltip>}><Record project={project} task={it.key} item={itemOf(it)} /></Card>
        </Col>
        <Col xs={24} xl={9}>{clock ? <ClockCard task={it} clock={clock} days={days} /> : <Kept task={it} />}</Col>
      </Row>
    </Page>
  )
}

/** Whose signature the task waits for, and what those say who have signed. */
function Cosigners({ task }: { task: Task }) {
  const { t } = useTranslation()
  const may = useMay()
  const colleagues = useQuery({ queryKey: ['colleagues'], enabled: may('listColleagues'), queryFn: ({ signal }) => whole(api.GET('/colleagues', { signal })) })
  const name = (user: string) => colleagues.data?.items.find((c) => c.id === user)?.name ?? user
  return (
    <Descriptions size="small" column={1} items={task.cosigners?.map((c) => ({
      key: c.user, label: `${t('life.task.cosign')} ${name(c.user)}`, children: c.signed ? <>{t('life.task.signed')} {moment(c.signed)} · {c.opinion}</> : <Tag color="gold">{t('life.task.unsigned')}</Tag>,
    }))} />
  )
}

/** What is left of the clock of work that is closed. */
function Kept({ task }: { task: Task }) {
  const { t } = useTranslation()
  return (
    <Card size="small" title={t('task.clock')}>
      <Descriptions
        size="small" column={1}
        items={[
          { label: t('task.received'), children: moment(task.received) },
          ...(task.days ? [{ label: t('task.limit'), children: t('task.days', { count: task.days }) }] : []),
          ...(task.due ? [{ label: t('task.due'), children: moment(task.due) }] : []),
          ...(task.due && task.due !== task.firstDue ? [{ label: t('task.firstDue'), children: moment(task.firstDue) }] : []),
          { label: t('task.clause'), children: task.clause },
        ]}
      />
    </Card>
  )
}

function ClockCard({ task, clock, days }: { task: Schemas['Task']; clock: Schemas['TaskClock']; days: readonly Schemas['ExplainedDay'][] }) {
  const { t } = useTranslation()
  return (
    <Card size="small" title={t('task.clock')} extra={<Due task={task} />}>
      <Descriptions
        size="small" column={1}
        items={[
          { label: t('task.received'), children: moment(clock.received) },
          ...(clock.days ? [{ label: t('task.limit'), children: t('task.days', { count: clock.days }) }] : []),
          ...(clock.due ? [{ label: t('task.due'), children: moment(clock.due) }] : []),
          ...(clock.due && clock.due !== clock.firstDue ? [{ label: t('task.firstDue'), children: moment(clock.firstDue) }] : []),
          { label: t('task.clause'), children: clock.clause },
          ...(clock.pauses?.length
            ? [{ label: t('task.pauses'), children: clock.pauses.map((p) => (p.to ? t('task.until', { from: day(p.from), to: day(p.to) }) : t('task.since', { from: day(p.from) }))).join('；') }]
            : []),
        ]}
      />
      {days.length > 0 ? <ClockStrip days={days} due={clock.due} /> : t('task.byDate')}
      {clock.provisional && <Alert type="warning" showIcon title={t('say.provisional')} />}
      {!!clock.rungs?.length && (
        <>
          <h2 className="next">{t('task.next')}</h2>
          <Timeline items={clock.rungs.map((r) => ({ content: <>{t('task.rung', { at: moment(r.at), kind: t(`rungKind.${r.kind}`) })} {r.clause}</> }))} />
        </>
      )}
    </Card>
  )
}
