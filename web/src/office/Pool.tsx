import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Flex, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pack as packOf } from '../app/queries'
import { text } from '../words/format'

/** How many experts there are to draw from, by speciality: what the office looks at before it draws. */
export function Pool({ project }: { project: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const { jurisdiction, unit, owner } = project.row
  const pack = useQuery(packOf(project.pack)).data
  const experts = useQuery({ queryKey: ['experts', jurisdiction], queryFn: ({ signal }) => whole(api.GET('/experts', { params: { query: { jurisdiction } }, signal })) })
  if (!pack || !experts.data) return null
  const open = experts.data.items.filter((e) => !e.retired && !e.conflictUnits?.some((c) => c === unit || c === owner))
  const wanted = project.profile.specialities?.length ? pack.evaluation.specialities.filter((s) => project.profile.specialities?.includes(s.key)) : pack.evaluation.specialities
  return (
    <Card size="small" title={t('office.pool.title', { jurisdiction: names.jurisdiction(jurisdiction) })} className="facts">
      {open.length === 0
        ? <Alert type="warning" showIcon title={t('office.pool.empty')} />
        : (
          <Flex gap="small" wrap>
            <Typography.Text strong>{t('office.pool.wanted', { count: pack.evaluation.experts })}</Typography.Text>
            {wanted.map((s) => {
              const n = open.filter((e) => e.specialities.includes(s.key)).length
              return <Tag key={s.key} color={n < pack.evaluation.experts ? 'gold' : 'default'}>{text(s.name)} {n}</Tag>
            })}
          </Flex>
        )}
      <Typography.Text type="secondary" className="small">{t('office.pool.conflict')}</Typography.Text>
    </Card>
  )
}
