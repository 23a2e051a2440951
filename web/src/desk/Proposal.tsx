import { useQuery } from '@tanstack/react-query'
import { Card, Descriptions, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pack as packOf, useMe } from '../app/queries'
import { Says } from '../parts/Says'
import { FileLink } from '../project/FileLink'
import { day, money, text } from '../words/format'

/** What an expert reads before he scores: the proposal and its papers. */
export function Proposal({ project }: { project: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const { row, profile, panel } = project
  const files = useQuery({
    queryKey: ['project', row.id, 'files'],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/files', { params: { path: { projectId: row.id }, query: { limit: 100 } }, signal })),
  })
  return (
    <Card size="small" className="facts" title={`${t('desk.proposal')} · ${t('desk.round', { round: panel.round })}`} extra={<Link to={`/projects/${row.id}`}>{t('desk.whole')}</Link>}>
      <Typography.Paragraph type="secondary">{t('desk.proposalWhy')}</Typography.Paragraph>
      <Descriptions
        size="small" column={{ xs: 1, md: 2 }}
        items={[
          { label: t('projects.unit'), children: names.unit(row.unit) }, { label: t('projects.owner'), children: names.owner(row.owner) },
          { label: t('projects.investment'), children: money(row.investment) }, { label: t('project.planned'), children: `${day(row.plannedStart)}—${day(row.plannedCompletion)}` },
          ...(profile.summary ? [{ label: t('desk.summary'), span: 'filled' as const, children: <span className="prose">{profile.summary}</span> }] : []),
        ]}
      />
      <h2 className="next">{t('desk.files')}</h2>
      <Says failure={files.error} />
      {files.data?.items.length === 0 && <Typography.Text type="secondary">{t('desk.noFiles')}</Typography.Text>}
      <ul className="papers">
        {files.data?.items.map((f) => (
          <li key={f.id}>
            <FileLink project={row.id} file={f} />
            <Typography.Text type="secondary" className="small aside">{day(f.uploaded)}</Typography.Text>
          </li>
        ))}
      </ul>
      <Yours project={project} />
    </Card>
  )
}

/** The score that I have given. */
function Yours({ project: { panel, pack: now } }: { project: Schemas['Project'] }) {
  const { t } = useTranslation()
  const { posts } = useMe()
  const mine = panel.members.find((m) => m.state === 'scored' && posts.some((p) => p.role === 'expert' && p.party === m.expert))
  const pack = useQuery({ ...packOf(panel.pack ?? now), enabled: !!mine })
  if (!mine) return null
  return (
    <>
      <h2 className="next">{t('desk.yours')}</h2>
      <Descriptions
        size="small" bordered column={1}
        items={[
          ...(mine.marks ?? []).map((m) => ({ label: text(pack.data?.evaluation.criteria.find((c) => c.key === m.key)?.name) || m.key, children: m.mark })),
          { label: t('desk.total'), children: <strong>{mine.total}</strong> },
          { label: t('field.opinion'), children: <span className="prose">{mine.opinion}</span> },
        ]}
      />
    </>
  )
}
