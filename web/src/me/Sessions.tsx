import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Flex, Popconfirm, Table, Tag, Tooltip, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { clock } from '../app/queries'
import { Says } from '../parts/Says'
import { moment } from '../words/format'
import { browserOf } from './agent'

type Session = Schemas['Session']

/** Where I am signed in. */
export function Sessions() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [failure, setFailure] = useState<unknown>()
  const { data: time } = useQuery(clock)
  const found = useQuery({ queryKey: ['me', 'sessions'], queryFn: ({ signal }) => whole(api.GET('/sessions', { signal })) })
  const end = async (id?: string) => {
    setFailure(undefined)
    try {
      await send(id ? `/sessions/${encodeURIComponent(id)}` : '/sessions', undefined, { method: 'DELETE' })
      message.success(t('mine.ended'))
    } catch (e) {
      setFailure(e)
    }
    await client.invalidateQueries({ queryKey: ['me', 'sessions'] })
  }
  const others = (found.data?.items.length ?? 0) > 1
  return (
    <>
      <Flex justify="space-between" gap="small" wrap className="bar">
        <Typography.Text type="secondary">{t('mine.sessionsWhy')}{time?.simulated && ` ${t('mine.realTime')}`}</Typography.Text>
        {others && <Popconfirm title={t('mine.endOthersSure')} onConfirm={() => end()}><Button>{t('mine.endOthers')}</Button></Popconfirm>}
      </Flex>
      <Says failure={found.error ?? failure} />
      <Table<Session>
        size="small" rowKey="id" dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 800 }}
        columns={[
          {
            title: t('mine.browser'),
            render: (_, s) => <><Tooltip title={s.agent}><span>{browserOf(s.agent) || t('mine.unknownBrowser')}</span></Tooltip>{s.current && <> <Tag color="green">{t('mine.here')}</Tag></>}</>,
          },
          { title: t('mine.address'), width: 130, render: (_, s) => s.address },
          { title: t('mine.way'), width: 90, render: (_, s) => t(s.way === 'oidc' ? 'mine.byOidc' : 'mine.byPassword') },
          { title: t('mine.begun'), width: 170, render: (_, s) => moment(s.begun) },
          { title: t('mine.seen'), width: 170, render: (_, s) => moment(s.seen) },
          { key: 'act', width: 72, render: (_, s) => !s.current && <Popconfirm title={t('mine.endSure')} onConfirm={() => end(s.id)}><Button size="small">{t('mine.end')}</Button></Popconfirm> },
        ]}
      />
    </>
  )
}
