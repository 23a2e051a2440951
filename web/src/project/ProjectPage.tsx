import { useQuery } from '@tanstack/react-query'
import { Card, Descriptions } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'

import { api, whole } from '../api/client'
import { useWatched } from '../app/live'
import { useNames } from '../app/names'
import { Lamp } from '../parts/Lamp'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { money } from '../words/format'

/** A project's whole life. */
export default function ProjectPage() {
  const { t } = useTranslation()
  const { project = '' } = useParams()
  useWatched(project)
  const names = useNames()
  const found = useQuery({
    queryKey: ['project', project],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}', { params: { path: { projectId: project } }, signal })),
  })
  if (found.isPending) return <Waiting />
  if (found.isError) return <Says failure={found.error} />
  const { row } = found.data
  return (
    <Page title={row.name} extra={<Lamp colour={row.colour} />}>
      <Card size="small">
        <Descriptions
          size="small" column={{ xs: 1, md: 3 }}
          items={[
            { label: t('projects.phase'), children: t(`phase.${row.phase}`) },
            { label: t('projects.status'), children: t(`status.${row.status}`) },
            { label: t('projects.level'), children: t(`level.${row.level}`) },
            { label: t('projects.unit'), children: names.unit(row.unit) },
            { label: t('projects.owner'), children: names.owner(row.owner) },
            { label: t('projects.investment'), children: money(row.investment) },
          ]}
        />
      </Card>
    </Page>
  )
}
