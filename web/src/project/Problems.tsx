import { Empty, Segmented, Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { Acts } from '../acts/Acts'
import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pathOf } from '../desk/paths'
import { day, moment } from '../words/format'

type Problem = Schemas['RegisteredProblem']

/** The problem register: what is in the way, with whom it lies, what became of it. */
export function Problems({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  const all = params.get('show') === 'all'
  const open = p.problems.filter((q) => !q.closed)
  const shown = [...(all ? p.problems : open)].sort((a, b) => b.registered.localeCompare(a.registered))
  const taskOf = (q: Problem) => p.tasks.find((k) => k.kind === 'problem' && k.subject === q.id)
  return (
    <>
      <Acts project={p} only={(a) => ['registerProblem', 'assignProblem', 'closeProblem'].includes(a.operation)} />
      {p.problems.length > 0 && (
        <Segmented
          className="bar no-print" value={all ? 'all' : 'open'} onChange={(v) => setParams(v === 'all' ? { show: 'all' } : {}, { replace: true })}
          options={[{ value: 'open', label: `${t('life.problem.unclosed')} (${open.length})` }, { value: 'all', label: `${t('life.problem.all')} (${p.problems.length})` }]}
        />
      )}
      <Table<Problem>
        size="middle" rowKey="id" dataSource={shown} pagination={false} scroll={{ x: 760 }} locale={{ emptyText: <Empty description={t('life.problem.none')} /> }}
        columns={[
          { title: t('life.problem.title'), render: (_, q) => <>{q.title} {q.major && <Tag color="red">{t('life.problem.major')}</Tag>}{q.detail && <div className="small dim">{q.detail}</div>}</> },
          { title: t('life.problem.registered'), width: 190, render: (_, q) => moment(q.registered) },
          { title: t('life.problem.party'), width: 180, render: (_, q) => q.party && <>{names.party(q.party, p.row.jurisdiction)}{q.rounds !== undefined && q.rounds > 1 && <div className="small dim">{t('life.problem.rounds', { n: q.rounds })}</div>}</> },
          {
            title: t('life.problem.state'), width: 140,
            render: (_, q) => {
              const task = taskOf(q)
              if (q.closed) return <Tag color="green">{t('life.problem.closed')} {day(q.closed)}</Tag>
              return task ? <Link to={pathOf({ project: p.row.id, key: task.key })}><Tag color="blue">{t('life.problem.assigned')}</Tag></Link> : <Tag color="gold">{t('life.problem.open')}</Tag>
            },
          },
          { title: t('life.problem.outcome'), dataIndex: 'outcome' },
        ]}
      />
    </>
  )
}
