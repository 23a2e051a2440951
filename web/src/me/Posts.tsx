import { useQuery } from '@tanstack/react-query'
import { Empty, Table, Tag, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { clock } from '../app/queries'
import { span, stateAt } from '../parts/span'

type Post = Schemas['Post']
const paint = { coming: 'blue', now: 'green', over: 'default' } as const

/** Posts with the time that they are held, and for whom. */
export function Posts({ posts, empty, act }: { posts: readonly Post[]; empty: string; act?: (p: Post, state: 'coming' | 'now' | 'over') => ReactNode }) {
  const { t } = useTranslation()
  const names = useNames()
  const { data } = useQuery(clock)
  const now = Date.parse(data?.now ?? '')
  const state = (p: Post) => stateAt(now, p.from, p.to)
  return (
    <Table<Post>
      size="small" rowKey="id" dataSource={posts} pagination={false} scroll={{ x: 790 }} locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} /> }}
      columns={[
        {
          title: t('mine.role'),
          render: (_, p) => (
            <>
              {names.post(p)}
              {p.covers && <div><Tag color="purple">{t('mine.covers')}</Tag><Typography.Text type="secondary">{t('mine.coversFor', { name: p.coversName || p.covers })}</Typography.Text></div>}
            </>
          ),
        },
        { title: t('mine.jurisdiction'), width: 120, render: (_, p) => (p.jurisdiction ? names.jurisdiction(p.jurisdiction) : t('mine.everywhere')) },
        { title: t('mine.term'), width: 290, render: (_, p) => span(p.from, p.to) },
        { title: t('mine.state'), width: 84, render: (_, p) => <Tag color={paint[state(p)]}>{t(`parts.${state(p)}`)}</Tag> },
        ...(act ? [{ key: 'act', width: 96, render: (_: unknown, p: Post) => act(p, state(p)) }] : []),
      ]}
    />
  )
}
