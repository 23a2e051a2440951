import { DownloadOutlined, InboxOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Flex, Progress, Switch, Table, Tag, Tooltip, Typography, Upload } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api, judged, newKey, send, Unreachable, whole, type Schemas } from '../api/client'
import { lost } from '../parts/lost'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { text } from '../words/format'
import { byCell, cellOf, pageOf, perPage } from './faults'

type Check = Schemas['ImportCheck']
type Fault = Schemas['TableFault']

/** Many declarations out of a table: looked at cell by cell first, then declared all or none. */
export function ImportTable({ post }: { post: string }) {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const [file, setFile] = useState<File>()
  const [found, setFound] = useState<Check>()
  const [key, setKey] = useState(newKey)
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const taken = params.get('import')
  const show = (id?: string) => setParams((old) => { if (id) old.set('import', id); else old.delete('import'); return old }, { replace: true })
  const check = async (f: File) => {
    setFile(f)
    setFound(undefined)
    setFailure(undefined)
    setBusy(true)
    try {
      setFound(await send<Check>('/projects/import?preview=true', f, { key: newKey(), post }))
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
    }
  }
  const declare = async () => {
    if (!file) return
    setBusy(true)
    setFailure(undefined)
    try {
      const { import: id } = await send<Schemas['ImportStatus']>('/projects/import', file, { key, post })
      setKey(newKey())
      setFound(undefined)
      setFile(undefined)
      show(id)
    } catch (e) {
      setFailure(e)
      if (judged(e)) setKey(newKey())
    } finally {
      setBusy(false)
      void client.invalidateQueries({ queryKey: ['projects'] })
    }
  }
  if (taken) return <Taken id={taken} again={() => show()} />
  const ready = found && found.faultCount === 0
  return (
    <Flex vertical gap="middle">
      <Alert type="info" showIcon title={t('office.table.how')} action={<Button icon={<DownloadOutlined />} href="/api/v1/projects/import/template">{t('office.table.template')}</Button>} />
      <Upload.Dragger accept=".xlsx" maxCount={1} showUploadList={false} disabled={busy} beforeUpload={(f) => { void check(f); return false }}>
        <InboxOutlined className="drop" />
        <p>{file?.name ?? t('office.table.choose')}</p>
        <Typography.Text type="secondary">{t('office.table.drop')}</Typography.Text>
      </Upload.Dragger>
      {busy && !found && <Waiting />}
      <Says failure={failure} acting />
      {failure instanceof Unreachable && file && !found && <div><Button onClick={() => void check(file)}>{t('office.table.again')}</Button></div>}
      {found && (
        <>
          <Alert
            type={ready ? 'success' : 'warning'} showIcon role="status"
            title={ready ? t('office.table.ready', { count: found.total }) : t('office.table.faulty', { total: found.total, ready: found.ready, count: found.faultCount })}
            action={ready && (
              <Button
                type="primary" loading={busy}
                onClick={() => void (failure instanceof Unreachable ? declare() : modal.confirm({ title: t('office.table.sure', { count: found.total }), content: t('office.table.sureWhy'), okText: t('office.table.all', { count: found.total }), cancelText: t('session.cancel'), onOk: declare }))}
              >{failure instanceof Unreachable ? t('say.sendAgain') : t('office.table.all', { count: found.total })}</Button>
            )}
          />
          <Cells found={found} />
        </>
      )}
    </Flex>
  )
}

/** The table as it was read, with what is wrong at its cells. */
function Cells({ found }: { found: Check }) {
  const { t } = useTranslation()
  const faults = useMemo(() => byCell(found.faults), [found])
  const warnings = useMemo(() => byCell(found.warnings), [found])
  const [only, setOnly] = useState(false)
  const [page, setPage] = useState(1)
  const [target, setTarget] = useState<string>()
  const wrong = useMemo(() => new Set(found.faults.map((f) => f.row)), [found])
  const rows = only ? found.rows.filter((r) => wrong.has(r.row)) : found.rows
  useEffect(() => {
    if (!target) return
    const cell = document.getElementById(`cell-${target}`)
    cell?.scrollIntoView({ block: 'center', inline: 'center' })
    cell?.focus()
  }, [target, page, only])
  const go = (f: Fault) => {
    if (found.rows.every((r) => r.row !== f.row)) return // a header
    setOnly(false)
    setPage(pageOf(found.rows, f.row))
    setTarget(undefined)
    setTimeout(() => setTarget(cellOf(f)))
  }
  return (
    <>
      {found.faults.length > 0 && <FaultList title={t('office.table.faults')} faults={found.faults} go={go} more={found.faultCount > found.faults.length ? t('office.table.more', { count: found.faults.length }) : undefined} />}
      {found.warnings.length > 0 && <FaultList title={t('office.table.warnings', { count: found.warnings.length })} faults={found.warnings} go={go} />}
      <Card size="small" title={found.sheet} extra={found.faults.length > 0 && <label>{t('office.table.onlyFaulty')} <Switch size="small" checked={only} onChange={(v) => { setOnly(v); setPage(1) }} /></label>}>
        <Table<Schemas['ImportRow']>
          size="small" rowKey="row" dataSource={rows} bordered scroll={{ x: 60 + 150 * found.columns.length }} className="sheet"
          pagination={{ current: page, pageSize: perPage, hideOnSinglePage: true, showSizeChanger: false, onChange: setPage }}
          columns={[
            { title: t('office.table.row'), width: 60, fixed: 'left', dataIndex: 'row' },
            ...found.columns.map((c) => ({
              title: <>{c.header} <Typography.Text type="secondary" className="small">{c.column}</Typography.Text></>, width: 150,
              render: (_: unknown, r: Schemas['ImportRow']) => <Cell id={`${c.column}${r.row}`} says={r.cells[c.column] ?? ''} faults={faults.get(`${c.column}${r.row}`)} warnings={warnings.get(`${c.column}${r.row}`)} />,
            })),
          ]}
        />
      </Card>
    </>
  )
}

function Cell({ id, says, faults, warnings }: { id: string; says: string; faults?: readonly Fault[]; warnings?: readonly Fault[] }) {
  const { t } = useTranslation()
  if (!faults && !warnings) return <span className="said">{says}</span>
  const why = [...(faults ?? []), ...(warnings ?? [])].map((f) => text(f.text)).join('；')
  return (
    <Tooltip title={why}>
      <span id={`cell-${id}`} tabIndex={0} className={`said ${faults ? 'said-wrong' : 'said-odd'}`} aria-label={`${says} ${why}`}>
        {says} <Tag color={faults ? 'red' : 'gold'}>{t(faults ? 'office.table.mark' : 'office.table.note')}</Tag>
      </span>
    </Tooltip>
  )
}

function FaultList({ title, faults, go, more }: { title: string; faults: readonly Fault[]; go: (f: Fault) => void; more?: string }) {
  const { t } = useTranslation()
  return (
    <Card size="small" title={title} extra={more && <Typography.Text type="secondary">{more}</Typography.Text>}>
      <Table<Fault>
        size="small" rowKey={(f) => `${cellOf(f)} ${f.code} ${f.project ?? ''}`} dataSource={[...faults]} pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 640 }}
        columns={[
          { title: t('office.table.cell'), width: 90, render: (_, f) => <Typography.Link title={t('office.table.goto')} onClick={() => go(f)}>{cellOf(f)}</Typography.Link> },
          { title: t('office.table.column'), width: 180, dataIndex: 'header' },
          { title: t('office.table.problem'), render: (_, f) => <>{text(f.text)} {f.project && <Link to={`/projects/${f.project}`} target="_blank">{t('office.table.same')}</Link>}</> },
          { title: t('say.clause'), width: 100, dataIndex: 'clause' },
        ]}
      />
    </Card>
  )
}

/** How far a table that was taken in has come. */
function Taken({ id, again }: { id: string; again: () => void }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['import', id], queryFn: ({ signal }) => whole(api.GET('/imports/{importId}', { params: { path: { importId: id } }, signal })),
    refetchInterval: (q) => (q.state.data?.state === 'pending' ? 1000 : false),
  })
  if (found.isPending) return <Waiting />
  if (lost(found)) return <><Says failure={found.error} /><Button onClick={again}>{t('office.table.next')}</Button></>
  const i = found.data
  const paint = { pending: 'processing', recorded: 'green', refused: 'red' } as const
  return (
    <Flex vertical gap="middle">
      <Alert
        type={i.state === 'pending' ? 'info' : i.refused ? 'warning' : 'success'} showIcon role="status"
        title={i.state === 'pending' ? t('office.table.working') : i.refused ? t('office.table.refused', { count: i.refused }) : t('office.table.done')}
        action={<Button onClick={again}>{t('office.table.next')}</Button>}
      />
      <Flex gap="small" align="center"><Progress aria-label={t('office.table.result')} percent={Math.floor((100 * (i.recorded + i.refused)) / i.total)} status={i.state === 'pending' ? 'active' : i.refused ? 'exception' : 'success'} /><Typography.Text className="nowrap">{t('office.table.progress', { recorded: i.recorded, total: i.total })}</Typography.Text></Flex>
      <Table<Schemas['ImportedRow']>
        size="small" rowKey="row" dataSource={i.rows} pagination={{ pageSize: perPage, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('office.table.row'), width: 70, dataIndex: 'row' },
          { title: t('projects.name'), render: (_, r) => (r.state === 'recorded' ? <Link to={`/projects/${r.project}`}>{r.name}</Link> : r.name) },
          { title: t('office.table.result'), width: 260, render: (_, r) => <><Tag color={paint[r.state]}>{t(`office.table.state.${r.state}`)}</Tag> {r.problem?.detail}</> },
        ]}
      />
    </Flex>
  )
}
