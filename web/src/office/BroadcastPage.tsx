import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Descriptions, Flex, InputNumber, Modal, Progress, Table, Tabs, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'

import { api, send, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { lost } from '../parts/lost'
import { Page } from '../parts/Page'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { moment, text } from '../words/format'
import { BroadcastState, shareOf } from './Broadcasts'
import { broadcastQuery } from './queries'

type Broadcast = Schemas['Broadcast']

/** One broadcast: what it would change, how far it has come, who has not followed. */
export default function BroadcastPage() {
  const { t } = useTranslation()
  const { broadcast = '' } = useParams()
  const found = useQuery(broadcastQuery(broadcast))
  const may = useMay()
  const names = useNames()
  const [params, setParams] = useSearchParams()
  if (found.isPending) return <Waiting />
  if (lost(found)) return <Says failure={found.error} />
  const b = found.data
  const tab = params.get('tab') ?? (b.started ? 'exceptions' : 'moves')
  return (
    <Page title={text(b.title)} extra={<Turns of={b} />}>
      {b.state === 'failed' && <Alert type="error" showIcon className="spaced" title={t('office.broadcasts.failed', { error: b.error ?? '' })} />}
      <Card size="small" className="facts">
        <Descriptions
          size="small" column={{ xs: 1, md: 2, xl: 3 }}
          items={[
            { label: t('office.broadcasts.stateLabel'), children: <BroadcastState of={b} /> },
            { label: t('office.broadcasts.kind'), children: t(`office.broadcasts.what.${b.what}`) },
            { label: t('office.broadcasts.jurisdiction'), children: b.jurisdiction ? names.jurisdiction(b.jurisdiction) : t('office.broadcasts.all') },
            { label: t('office.broadcasts.subject'), children: b.what === 'pack' ? <Link to={`/packs/${b.subject}`}>{b.subject.slice(0, 12)}</Link> : <Link to="/calendars">{b.subject.slice(0, 12)}</Link> },
            { label: t('office.broadcasts.created'), children: t('office.broadcasts.by', { who: b.createdBy, at: moment(b.created) }) },
            ...(b.previewed ? [{ label: t('office.broadcasts.previewedAt'), children: moment(b.previewed) }] : []),
            ...(b.started ? [{ label: t('office.broadcasts.started'), children: t('office.broadcasts.by', { who: b.startedBy ?? '', at: moment(b.started) }) }] : []),
            ...(b.ended ? [{ label: t('office.broadcasts.ended'), children: moment(b.ended) }] : []),
          ]}
        />
        <Typography.Paragraph>{b.state === 'preparing' ? t('office.broadcasts.state.preparing') : t('office.broadcasts.foreseen', { ...b })}</Typography.Paragraph>
        {b.started && (
          <>
            <Progress aria-label={t('office.broadcasts.progress')} percent={shareOf(b)} status={b.state === 'failed' ? 'exception' : b.state === 'running' ? 'active' : 'normal'} />
            <Typography.Text>{t('office.broadcasts.told', { asked: b.asked, total: b.total })} · {t('office.broadcasts.follow', { done: b.done, refused: b.refused, pending: b.pending })}{b.closed > 0 && ` · ${t('office.broadcasts.closed', { count: b.closed })}`}</Typography.Text>
          </>
        )}
        <div><Typography.Text type="secondary" className="small">{t('office.broadcasts.real')}</Typography.Text></div>
      </Card>
      {may('listMoves') && (
        <Tabs
          activeKey={tab} onChange={(v) => setParams({ tab: v }, { replace: true })}
          items={[
            { key: 'moves', label: `${t('office.broadcasts.moves')} ${b.moved || ''}`, children: <Moves of={b} /> },
            { key: 'impossible', label: `${t('office.broadcasts.impossible')} ${b.impossible || ''}`, children: <Moves of={b} impossible /> },
            { key: 'exceptions', label: `${t('office.broadcasts.exceptions')} ${b.refused + b.pending || ''}`, children: <Exceptions of={b} /> },
          ]}
        />
      )}
    </Page>
  )
}

/** Start, pause, resume: what its state and my post permit. */
function Turns({ of: b }: { of: Broadcast }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const may = useMay()
  const [asking, setAsking] = useState<'start' | 'resume'>()
  const [pace, setPace] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const turn = async (act: 'start' | 'pause' | 'resume') => {
    setBusy(true)
    setFailure(undefined)
    try {
      await send(`/broadcasts/${b.id}/${act}`, act === 'pause' ? undefined : pace ? { perSecond: pace } : {})
      message.success(t('acts.done', { act: t(`office.broadcasts.${act}`) }))
      setAsking(undefined)
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
      void client.invalidateQueries({ queryKey: ['broadcasts'] })
    }
  }
  return (
    <Flex vertical align="end" className="no-print">
      <Flex gap="small">
        {b.state === 'previewed' && may('startBroadcast') && <Button type="primary" onClick={() => setAsking('start')}>{t('office.broadcasts.start')}</Button>}
        {b.state === 'running' && may('pauseBroadcast') && <Button loading={busy} onClick={() => void turn('pause')}>{t('office.broadcasts.pause')}</Button>}
        {(b.state === 'paused' || b.state === 'failed') && may('resumeBroadcast') && <Button type="primary" onClick={() => setAsking('resume')}>{t('office.broadcasts.resume')}</Button>}
      </Flex>
      {!asking && <Says failure={failure} acting />}
      {asking && (
        <Modal open title={asking === 'start' ? t('office.broadcasts.startTitle') : t('office.broadcasts.resume')} okText={t(`office.broadcasts.${asking}`)} cancelText={t('session.cancel')} confirmLoading={busy} onOk={() => void turn(asking)} onCancel={() => setAsking(undefined)}>
          <Says failure={failure} acting />
          {asking === 'start' && <Typography.Paragraph>{t('office.broadcasts.startWhy', { affected: b.affected, moved: b.moved })}</Typography.Paragraph>}
          <label className="stacked">
            {t('office.broadcasts.pace')}
            <InputNumber min={1} max={1000} precision={0} value={pace} onChange={setPace} />
          </label>
        </Modal>
      )}
    </Flex>
  )
}

/** What would change, project by project; or which projects could not follow, and why. */
function Moves({ of: b, impossible = false }: { of: Broadcast; impossible?: boolean }) {
  const { t } = useTranslation()
  const names = useNames()
  const [turned, setTurned] = useState<Turned>([])
  const query = { impossible, limit: 50, cursor: turned.at(-1) }
  const moves = useQuery({
    queryKey: ['broadcasts', b.id, 'moves', query, b.state === 'preparing' ? b.foreseen : b.state], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/broadcasts/{broadcastId}/moves', { params: { path: { broadcastId: b.id }, query }, signal })),
  })
  const items = moves.data?.items ?? []
  return (
    <>
      <Says failure={moves.error} />
      <Table<Schemas['Move']>
        size="small" rowKey={(m) => `${m.project} ${m.task ?? m.item ?? ''} ${m.kind ?? ''}`} dataSource={items} loading={moves.isPending} pagination={false} scroll={{ x: 760 }}
        locale={{ emptyText: impossible ? t('office.broadcasts.movesEmpty') : t('office.broadcasts.noMoves') }}
        columns={impossible
          ? [{ title: t('office.broadcasts.project'), render: (_, m) => <ProjectOf {...m} /> }, { title: t('office.broadcasts.reason'), render: (_, m) => text(m.reason) }]
          : [
              // A project is named once, above its changes.
              { title: t('office.broadcasts.project'), width: '30%', onCell: (m, i) => ({ rowSpan: spanOf(items, m, i ?? 0) }), render: (_, m) => <ProjectOf {...m} /> },
              { title: t('office.broadcasts.change'), render: (_, m) => (m.kind === 'deadline' ? text(m.name) : text(m.text)) },
              { title: t('office.broadcasts.from'), width: 170, render: (_, m) => (m.from ? moment(m.from) : '') },
              { title: t('office.broadcasts.to'), width: 170, render: (_, m) => (m.to ? moment(m.to) : '') },
              { title: t('office.broadcasts.party'), width: 160, render: (_, m) => (m.party?.kind ? names.party(m.party) : '') },
            ]}
      />
      <Pager turned={turned} next={moves.data?.next} turn={setTurned} />
    </>
  )
}

function spanOf(items: readonly Schemas['Move'][], m: Schemas['Move'], i: number): number {
  if (items[i - 1]?.project === m.project) return 0
  let n = 1
  while (items[i + n]?.project === m.project) n++
  return n
}

function ProjectOf({ project, projectName }: { project: string; projectName: string }) {
  return <Link to={`/projects/${project}`}>{projectName || project}</Link>
}

/** Who has not followed. */
function Exceptions({ of: b }: { of: Broadcast }) {
  const { t } = useTranslation()
  const [turned, setTurned] = useState<Turned>([])
  const query = { limit: 50, cursor: turned.at(-1) }
  const list = useQuery({
    queryKey: ['broadcasts', b.id, 'exceptions', query, b.refused + b.pending], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/broadcasts/{broadcastId}/exceptions', { params: { path: { broadcastId: b.id }, query }, signal })),
  })
  return (
    <>
      <Says failure={list.error} />
      <Table<Schemas['BroadcastException']>
        size="small" rowKey="project" dataSource={list.data?.items} loading={list.isPending} pagination={false} locale={{ emptyText: t('office.broadcasts.movesEmpty') }}
        columns={[{ title: t('office.broadcasts.project'), render: (_, x) => <ProjectOf {...x} /> }, { title: t('office.broadcasts.reason'), render: (_, x) => (x.code ? text(x.reason) : t('office.broadcasts.unknown')) }]}
      />
      <Pager turned={turned} next={list.data?.next} turn={setTurned} />
    </>
  )
}
