import { useQuery } from '@tanstack/react-query'
import { Button, Card, Dropdown, Empty, Flex } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { pack as packOf } from '../app/queries'
import { text } from '../words/format'
import { ActForm } from './ActForm'
import { forms, type Acting } from './catalog'

type Act = Schemas['Act']

/** Exactly what I may do now, about one task or about the whole project: the server asks its rules. */
export function Acts({ project, task }: { project: Schemas['Project']; task?: string }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<Act>()
  const pack = useQuery(packOf(project.pack))
  const found = useQuery({
    queryKey: ['project', project.row.id, 'acts', task],
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/acts', { params: { path: { projectId: project.row.id }, query: { task } }, signal })),
  })
  const acts = found.data?.items.filter((a) => a.operation in forms) ?? []
  const name = (a: Act) => {
    const about = a.params.item ?? a.params.paper ?? a.params.lamp
    const item = project.items.find((i) => i.key === a.params.item)
    return t(`acts.${a.operation as Acting}`) + (task || !about ? '' : ` · ${item ? text(item.name) : about}`)
  }
  const few = acts.slice(0, 4)
  const rest = acts.slice(4)
  return (
    <Card size="small" title={t('acts.title')} loading={found.isPending} className="facts no-print">
      {acts.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('acts.none')} />}
      <Flex gap="small" wrap>
        {few.map((a, i) => <Button key={i} type={i === 0 ? 'primary' : 'default'} disabled={!pack.data} onClick={() => setChosen(a)}>{name(a)}</Button>)}
        {rest.length > 0 && (
          <Dropdown trigger={['click']} menu={{ items: rest.map((a, i) => ({ key: String(i), label: name(a) })), onClick: ({ key }) => setChosen(rest[Number(key)]) }}>
            <Button disabled={!pack.data}>{t('acts.more')}</Button>
          </Dropdown>
        )}
      </Flex>
      {chosen && pack.data && <ActForm key={`${chosen.operation}${JSON.stringify(chosen.params)}`} about={{ project, pack: pack.data, act: chosen }} close={() => setChosen(undefined)} />}
    </Card>
  )
}
