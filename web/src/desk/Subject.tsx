import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Descriptions, Flex, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { pack as packOf } from '../app/queries'
import { Conditions, Needs } from '../project/Assurance'
import { Completion } from '../project/Completion'
import { Declaration } from '../project/Declaration'
import { PanelCard, Plan } from '../project/Evaluation'
import { FileLink } from '../project/FileLink'
import { Uses } from '../project/Files'
import { doneBefore, months, plannedIn } from '../project/figures'
import { ItemPapers, PaperState } from '../project/ItemPapers'
import { ItemMarks, ItemState } from '../project/Items'
import { Bars } from '../project/Bars'
import { day, moment, money, month, text } from '../words/format'

type Project = Schemas['Project']
type Task = Schemas['Task']

/** The item that a task is about, if any. */
export const itemOf = (task: Pick<Task, 'kind' | 'subject'>): string | undefined => (['submission', 'completeness', 'supplement', 'decision', 'commitment'].includes(task.kind) ? task.subject?.split('/')[0] : undefined)

/** What a task is about, as the record has it. */
export function Subject({ p, task }: { p: Project; task: Task }) {
  switch (task.kind) {
    case 'submission':
    case 'completeness':
    case 'supplement':
    case 'decision':
    case 'commitment': return <OfItem p={p} task={task} />
    case 'entry-review':
    case 'recognition':
    case 'amendment':
    case 'draw': return <Declared p={p} returned={task.kind === 'amendment'} />
    case 'scoring': return <PanelCard p={p} />
    case 'revision': return <><PanelCard p={p} /><Files p={p} of={() => true} /></>
    case 'plan':
    case 'node': return <Plan p={p} />
    case 'need':
    case 'quota': return <OfNeed p={p} task={task} />
    case 'condition':
    case 'start': return <Conditions p={p} />
    case 'report': return <OfReport p={p} task={task} />
    case 'problem': return <OfProblem p={p} task={task} />
    case 'completion':
    case 'settlement':
    case 'joint':
    case 'rectification': return <><Completion p={p} /><Files p={p} of={(f) => f.uses.some((u) => ['AcceptanceRequested', 'Settled', 'JointlyReturned', 'JointlyAccepted', 'Rectified'].includes(u.with))} /></>
    case 'replacement': return <OfDebt p={p} />
  }
}

function OfItem({ p, task }: { p: Project; task: Task }) {
  const { t } = useTranslation()
  const item = p.items.find((i) => i.key === itemOf(task))
  const pack = useQuery(packOf(item?.pack ?? p.pack))
  if (!item) return null
  const papers = pack.data?.items.find((i) => i.key === item.key)?.papers ?? []
  const nameOf = (paper: string) => text(papers.find((o) => o.key === paper)?.name) || paper
  const owed = p.commitments.filter((c) => c.item === item.key && !c.void)
  return (
    <>
      <Card size="small" className="facts" title={<>{text(item.name)} <ItemState item={item} /><ItemMarks item={item} /></>} extra={<Link to={`/projects/${p.row.id}/items?item=${item.key}`}>{t('life.tab.items')}</Link>}>
        {!!item.missing?.length && (
          <Alert
            type="warning" showIcon className="spaced" title={t('life.task.asked')}
            description={<ul className="plain">{item.missing.map((m) => <li key={m.paper}><strong>{nameOf(m.paper)}</strong>：{m.standard}</li>)}</ul>}
          />
        )}
        <ItemPapers project={p} item={item} />
      </Card>
      {owed.length > 0 && (
        <Card size="small" className="facts" title={t('life.task.commitments')}>
          <Table
            size="small" rowKey={(c) => `${c.paper}${c.due}`} dataSource={owed} pagination={false} scroll={{ x: 420 }}
            columns={[{ title: t('life.paper.name'), render: (_, c) => nameOf(c.paper) }, { title: t('field.due'), width: 150, render: (_, c) => day(c.due) }, { title: t('life.paper.state'), width: 220, render: (_, c) => <PaperState project={p} item={item} paper={c.paper} /> }]}
          />
        </Card>
      )}
    </>
  )
}

function Declared({ p, returned }: { p: Project; returned: boolean }) {
  const { t } = useTranslation()
  return (
    <Card size="small" className="facts" title={t('life.task.declaration')}>
      {returned && p.library.opinion && <Alert type="warning" showIcon className="spaced" title={t('life.task.returned')} description={p.library.opinion} />}
      <Declaration p={p} />
    </Card>
  )
}

function OfNeed({ p, task }: { p: Project; task: Task }) {
  const { t } = useTranslation()
  return <Card size="small" className="facts" title={t('life.tab.assurance')} extra={<Link to={`/projects/${p.row.id}/assurance`}>{t('say.all')}</Link>}><Needs p={p} only={task.subject} /></Card>
}

function OfReport({ p, task }: { p: Project; task: Task }) {
  const { t } = useTranslation()
  const period = task.subject ?? ''
  const all = months(p)
  return (
    <Card size="small" className="facts" title={t('life.tab.reports')} extra={<Link to={`/projects/${p.row.id}/reports`}>{t('say.all')}</Link>}>
      <Descriptions size="small" column={{ xs: 1, md: 2 }} items={[
        { label: t('field.period'), children: month(period) }, { label: t('attach.plannedMonth'), children: money(plannedIn(p, period)) },
        { label: t('attach.doneBefore'), children: money(doneBefore(p, period)) }, { label: t('attach.total'), children: money(p.profile.investment) },
      ]} />
      {all.length > 0 && <Bars months={all} />}
    </Card>
  )
}

function OfProblem({ p, task }: { p: Project; task: Task }) {
  const { t } = useTranslation()
  const names = useNames()
  const problem = p.problems.find((q) => task.subject === q.id)
  if (!problem) return null
  return (
    <Card size="small" className="facts" title={problem.title} extra={<Link to={`/projects/${p.row.id}/problems`}>{t('life.tab.problems')}</Link>}>
      <Descriptions size="small" column={{ xs: 1, md: 2 }} items={[
        ...(problem.detail ? [{ label: t('field.detail'), span: 'filled' as const, children: problem.detail }] : []), ...(problem.major ? [{ label: t('field.major'), children: t('say.yes') }] : []),
        { label: t('life.problem.registered'), children: moment(problem.registered) }, ...(problem.party ? [{ label: t('life.problem.party'), children: names.party(problem.party, p.row.jurisdiction) }] : []),
        ...(problem.outcome ? [{ label: t('life.problem.outcome'), span: 'filled' as const, children: problem.outcome }] : []),
      ]} />
    </Card>
  )
}

function OfDebt({ p }: { p: Project }) {
  const { t } = useTranslation()
  const names = useNames()
  if (!p.debt) return null
  return (
    <Card size="small" className="facts">
      <Descriptions size="small" column={1} items={[
        { label: t('attach.owed'), children: money(p.debt.size) }, { label: t('task.with'), children: names.unit(p.row.unit) }, { label: t('task.received'), children: day(p.debt.opened) },
        ...(p.debt.replacement ? [{ label: t('field.project'), children: <Link to={`/projects/${p.debt.replacement}`}>{p.debt.replacement}</Link> }] : []),
      ]} />
    </Card>
  )
}

/** Files of the project that concern a task; nothing where there are none. */
function Files({ p, of }: { p: Project; of: (f: Schemas['File']) => boolean }) {
  const { t } = useTranslation()
  const may = useMay()
  const found = useQuery({
    queryKey: ['project', p.row.id, 'files', 'newest'], enabled: may('listFiles'),
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/files', { params: { path: { projectId: p.row.id }, query: { limit: 100 } }, signal })),
  })
  const files = found.data?.items.filter((f) => f.uses.length > 0 && of(f)) ?? []
  if (files.length === 0) return null
  return (
    <Card size="small" className="facts" title={t('life.file.concern')}>
      {files.map((f) => <Flex key={f.id} gap="middle" wrap><FileLink project={p.row.id} file={f} /><span className="small"><Uses p={p} file={f} /></span></Flex>)}
    </Card>
  )
}
