import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Descriptions, Empty, Flex, Table, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pack as packOf, useMe } from '../app/queries'
import { civilDay, day, text } from '../words/format'

const paint = { pass: 'green', revise: 'orange', reject: 'red' } as const

/** The evaluation by experts, and the plan of the work before construction that follows it. */
export function Evaluation({ p }: { p: Schemas['Project'] }) {
  return <Flex vertical gap="middle"><PanelCard p={p} /><Plan p={p} /></Flex>
}

/** Who sits on the panel, and what they say once everything is in. */
export function PanelCard({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const { posts } = useMe()
  const { panel } = p
  const pack = useQuery(packOf(panel.pack ?? p.pack))
  const mine = posts.find((post) => post.role === 'expert')?.party
  if (panel.skipped) return <Alert type="info" showIcon title={t('life.evaluation.skipped')} />
  const rule = pack.data?.evaluation
  const specialities = (panel.specialities ?? []).map((s) => text(rule?.specialities.find((c) => c.key === s)?.name) || s)
  return (
    <Card size="small" title={`${t('phase.evaluation')}${panel.round > 0 ? ` · ${t('life.evaluation.round', { n: panel.round })}` : ''}`} extra={<Link to={`/projects/${p.row.id}/timeline?kind=evaluation`}>{t('life.evaluation.draw')}</Link>}>
      {panel.members.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('life.evaluation.none')} />}
      {panel.members.length > 0 && (
        <>
          <Descriptions
            size="small" column={{ xs: 1, md: 3 }}
            items={[
              ...(panel.result ? [{ label: t('life.evaluation.result'), children: <Tag color={paint[panel.result]}>{t(`life.evaluation.${panel.result}`)}</Tag> }] : []),
              ...(panel.average !== undefined ? [{ label: t('life.evaluation.average'), children: panel.average.toFixed(1) }] : []),
              ...(rule ? [{ label: t('life.evaluation.passMark'), children: `${rule.passMark} · ${t('life.evaluation.quorum', { n: rule.quorum })} · ${rule.clause}` }] : []),
              ...(specialities.length ? [{ label: t('life.evaluation.specialities'), children: specialities.join('、') }] : []),
              ...(panel.declined?.length ? [{ label: t('life.evaluation.recused', { experts: '' }), children: panel.declined.join('、') }] : []),
            ]}
          />
          {!panel.complete && <Alert type="info" showIcon title={t('life.evaluation.hidden')} className="spaced" />}
          <Table
            size="small" rowKey="expert" dataSource={panel.members} pagination={false} scroll={{ x: 700 }}
            columns={[
              { title: t('life.evaluation.expert'), width: 130, render: (_, m) => <>{m.expert}{m.expert === mine && <> <Tag color="blue">{t('life.evaluation.mine')}</Tag></>}</> },
              { title: t('life.evaluation.state'), width: 130, render: (_, m) => t(`life.evaluation.${m.state}`) },
              ...(rule?.criteria ?? []).map((c) => ({
                title: <>{text(c.name)}<div className="small dim">{t('life.evaluation.weight', { max: c.max })}</div></>, key: c.key, width: 100, align: 'right' as const,
                render: (_: unknown, m: Schemas['PanelMember']) => m.marks?.find((k) => k.key === c.key)?.mark ?? '',
              })),
              { title: t('life.evaluation.total'), width: 80, align: 'right', render: (_, m) => m.total ?? '' },
              { title: t('life.evaluation.opinion'), render: (_, m) => m.opinion && <Typography.Paragraph className="opinion" ellipsis={{ rows: 3, expandable: true }}>{m.opinion}</Typography.Paragraph> },
            ]}
          />
          <p className="small dim">{t('life.evaluation.drawn')}</p>
        </>
      )}
    </Card>
  )
}

/** The pre-work plan, node by node. */
export function Plan({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  return (
    <Card size="small" title={t('life.evaluation.plan')}>
      <Table
        size="small" rowKey="key" dataSource={p.plan} pagination={false} scroll={{ x: 600 }} locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('life.evaluation.noPlan')} /> }}
        columns={[
          { title: t('life.evaluation.node'), dataIndex: 'title' },
          { title: t('field.unit'), width: 200, render: (_, n) => names.unit(n.unit) },
          { title: t('life.evaluation.post'), width: 160, dataIndex: 'post' },
          { title: t('life.evaluation.due'), width: 140, render: (_, n) => day(n.due) },
          { title: t('life.evaluation.done'), width: 140, render: (_, n) => (n.done ? <Tag color={civilDay(n.done) > n.due ? 'red' : 'green'}>{day(n.done)}</Tag> : '') },
        ]}
      />
    </Card>
  )
}
