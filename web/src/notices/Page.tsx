import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Empty, Flex, Popconfirm, Segmented, Select, Spin, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, send, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pathOf } from '../desk/paths'
import { Page } from '../parts/Page'
import { Pager } from '../parts/Pager'
import { Says } from '../parts/Says'
import { useLook, useTurned } from '../parts/turned'
import { moment, text } from '../words/format'

type Notice = Schemas['Notice']
const kinds = ['reminder', 'overdue', 'supervision-notice', 'criticism', 'interview', 'task', 'information'] as const
const paint: Record<Notice['kind'], string> = { reminder: 'gold', overdue: 'red', 'supervision-notice': 'volcano', criticism: 'magenta', interview: 'purple', task: 'blue', information: 'default' }

/** What was sent to my posts: what I have not read first, and from each to what it is about. */
export default function Notices() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const names = useNames()
  const [params, look] = useLook()
  const [turned, turn] = useTurned()
  const [failure, setFailure] = useState<unknown>()
  const all = params.get('view') === 'all'
  const kind = kinds.find((k) => k === params.get('kind'))
  const query = { unread: !all, kind, limit: 30, cursor: turned.at(-1) }
  const found = useQuery({ queryKey: ['notices', query], placeholderData: keepPreviousData, queryFn: ({ signal }) => whole(api.GET('/notices', { params: { query }, signal })) })
  const read = async (...ids: number[]) => {
    setFailure(undefined)
    try {
      await send('/notices/read', { ids } satisfies Schemas['NoticesRead'])
      if (ids.length === 0) message.success(t('say.done'))
    } catch (e) {
      setFailure(e)
    }
    await client.invalidateQueries({ queryKey: ['notices'] })
  }
  const unread = found.data?.unread ?? 0
  const shown = found.data?.items ?? []
  return (
    <Page
      title={t('mine.notices')}
      extra={unread > 0 && <Popconfirm title={t('mine.readAllSure', { count: unread })} onConfirm={() => read()}><Button>{t('mine.readAll')}</Button></Popconfirm>}
    >
      <Flex gap="small" wrap className="bar no-print">
        <Segmented value={all ? 'all' : 'unread'} onChange={(v) => look({ view: v === 'all' ? 'all' : undefined })} options={[{ value: 'unread', label: `${t('mine.unread')} ${unread || ''}` }, { value: 'all', label: t('mine.all') }]} />
        <Select allowClear placeholder={t('mine.kind')} aria-label={t('mine.kind')} value={kind} onChange={(k?: string) => look({ kind: k })} popupMatchSelectWidth={false} className="pick" options={kinds.map((k) => ({ value: k, label: t(`mine.kinds.${k}`) }))} />
      </Flex>
      <Says failure={found.error ?? failure} />
      <Spin spinning={found.isPending}>
        {shown.length > 0 && (
          <ul className="notices">
            {shown.map((n) => (
              <li key={n.id} className={n.read ? 'notice' : 'notice notice-new'}>
                <Flex gap="small" wrap align="baseline">
                  <Tag color={paint[n.kind]}>{t(`mine.kinds.${n.kind}`)}</Tag>
                  <Typography.Text strong={!n.read} className="notice-text">{text(n.text)}</Typography.Text>
                </Flex>
                <Flex gap={12} wrap className="notice-about small">
                  <span>{moment(n.at)}</span>
                  {n.project && <Link to={`/projects/${n.project}`}>{n.projectName || n.project}</Link>}
                  {n.party && <Typography.Text type="secondary">{t('mine.to')} {names.party(n.party)}</Typography.Text>}
                  {n.project && n.task && <Link to={pathOf({ project: n.project, key: n.task })} onClick={() => { if (!n.read) void read(n.id) }}>{t('mine.toTask')}</Link>}
                  {n.project && n.seq ? <Link to={`/projects/${n.project}/timeline?at=${n.seq}`} onClick={() => { if (!n.read) void read(n.id) }}>{t('mine.toEntry')}</Link> : null}
                  {n.read ? <Typography.Text type="secondary">{t('mine.wasRead')}</Typography.Text> : <Button type="link" size="small" className="in-line" onClick={() => void read(n.id)}>{t('mine.read')}</Button>}
                </Flex>
              </li>
            ))}
          </ul>
        )}
        {found.data && shown.length === 0 && (
          <Empty description={all ? <>{t('mine.noticeEmpty')}<br /><Typography.Text type="secondary">{t('mine.noticeEmptyHint')}</Typography.Text></> : t('mine.noUnread')}>
            {!all && <Button onClick={() => look({ view: 'all' })}>{t('mine.seeAll')}</Button>}
          </Empty>
        )}
      </Spin>
      <Pager turned={turned} next={found.data?.next} turn={turn} />
    </Page>
  )
}
