import { DownOutlined } from '@ant-design/icons'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Dropdown, Empty, Flex, Input, Select, Table, Tag, Tooltip, Typography } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { api, whole, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Page } from '../parts/Page'
import { Pager } from '../parts/Pager'
import { Says } from '../parts/Says'
import { begins, ends } from '../parts/span'
import { useLook, useTurned } from '../parts/turned'
import { moment, text } from '../words/format'
import { Actor } from './Actor'
import { Check } from './Check'
import { Line } from './Line'
import { placeOf } from './subject'

type AuditLine = Schemas['AuditLine']

const acts = queryOptions({ queryKey: ['audit', 'acts'], staleTime: Infinity, queryFn: ({ signal }) => whole(api.GET('/audit/acts', { signal })) })
const date = (d: string | null) => (d && dayjs(d).isValid() ? dayjs(d) : null)

/** Who did what, when and from where; and that nothing of it was changed since. */
export default function Audit() {
  const { t } = useTranslation()
  const names = useNames()
  const [params, look] = useLook()
  const [turned, turn] = useTurned()
  const [checking, setChecking] = useState(false)
  const known = useQuery(acts).data?.items
  const [from, to] = [date(params.get('from')), date(params.get('to'))]
  const chosen = { act: params.get('act') ?? undefined, actor: params.get('actor') ?? undefined, subject: params.get('subject') ?? undefined }
  const time = { from: begins(from), to: ends(to) }
  const query = { ...chosen, ...time, limit: 50, cursor: turned.at(-1) }
  const found = useQuery({ queryKey: ['audit', query], placeholderData: keepPreviousData, queryFn: ({ signal }) => whole(api.GET('/audit', { params: { query }, signal })) })
  const file = (of: Record<string, string | undefined>) => {
    const asked = new URLSearchParams(Object.entries(of).filter((e): e is [string, string] => !!e[1]))
    return `/api/v1/audit/export?${asked.toString()}`
  }
  return (
    <Page
      title={t('record.title')}
      extra={(
        <Flex gap="small" className="no-print">
          <Dropdown
            trigger={['click']}
            menu={{ items: [
              { key: 'csv', label: <a href={file({ format: 'csv', ...chosen, ...time })} download>{t('record.csv')}</a> },
              { key: 'jsonl', label: <a href={file({ format: 'jsonl', ...time })} download>{t('record.jsonl')}</a> },
            ] }}
          >
            <Button>{t('record.export')} <DownOutlined /></Button>
          </Dropdown>
          <Button type="primary" onClick={() => setChecking(true)}>{t('record.check')}</Button>
        </Flex>
      )}
    >
      <Typography.Paragraph type="secondary">{t('record.why')}</Typography.Paragraph>
      <Flex gap="small" wrap className="bar no-print">
        <Select
          allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('record.act')} aria-label={t('record.act')} value={chosen.act} onChange={(act?: string) => look({ act })} popupMatchSelectWidth={false} className="pick"
          options={known?.map((a) => ({ value: a.act, label: text(a.text) }))}
        />
        <Actor value={chosen.actor} choose={(actor) => look({ actor })} />
        <Input.Search key={chosen.subject} className="text" allowClear placeholder={t('record.subjectHint')} aria-label={t('record.subject')} defaultValue={chosen.subject} maxLength={200} onSearch={(subject) => look({ subject: subject.trim() })} />
        <DatePicker.RangePicker
          aria-label={t('record.days')} value={[from, to]} allowEmpty={[true, true]} placeholder={[t('record.from'), t('record.to')]}
          onChange={(days) => look({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
        />
        {(chosen.act ?? chosen.actor ?? chosen.subject ?? from ?? to) && <Button type="link" onClick={() => look({ act: undefined, actor: undefined, subject: undefined, from: undefined, to: undefined })}>{t('say.reset')}</Button>}
      </Flex>
      <Says failure={found.error} />
      <Table<AuditLine>
        size="small" rowKey={(l) => `${l.chain}-${l.seq}`} dataSource={found.data?.items} loading={found.isPending} pagination={false} scroll={{ x: 980 }}
        locale={{ emptyText: <Empty description={<>{t('record.none')}<br /><Typography.Text type="secondary">{t('record.noneHint')}</Typography.Text></>} /> }}
        expandable={{ expandRowByClick: true, expandedRowRender: (l) => <Line line={l} act={text(l.text)} /> }}
        columns={[
          { title: t('record.at'), width: 180, render: (_, l) => moment(l.at) },
          { title: t('record.who'), width: 210, render: (_, l) => <Who line={l} party={names.party} only={(actor) => look({ actor })} /> },
          { title: t('record.what'), width: 190, render: (_, l) => <Tag color={paint(l.act)}>{text(l.text)}</Tag> },
          { title: t('record.about'), render: (_, l) => <About subject={l.subject} only={() => look({ subject: l.subject })} /> },
          { title: t('record.address'), width: 130, render: (_, l) => (l.address === 'console' ? t('record.console') : l.address) },
        ]}
      />
      <Pager turned={turned} next={found.data?.next} turn={turn} />
      {checking && <Check close={() => setChecking(false)} />}
    </Page>
  )
}

// What was refused stands out; so does what gives rights.
const paint = (act: string) => (/^call\.|fail|lock/.test(act) ? 'red' : /^(post|account|token)\./.test(act) ? 'blue' : 'default')

function Who({ line, party, only }: { line: AuditLine; party: (p: Schemas['Party'], jurisdiction?: string) => string; only: (actor: string) => void }) {
  const { t } = useTranslation()
  const { actor } = line
  if (!actor.user) return <Typography.Text type="secondary">{t(actor.role === 'system' ? 'record.system' : line.address === 'console' ? 'record.console' : 'record.nobody')}</Typography.Text>
  const kind = ({ handler: 'department', head: 'department', owner: 'owner', liaison: 'unit' } as const)[actor.role as 'handler']
  return (
    <>
      <Tooltip title={t('record.onlyThis')}><Button type="link" size="small" className="in-line" onClick={(e) => { e.stopPropagation(); only(actor.user!) }}>{actor.name || actor.user}</Button></Tooltip>
      {actor.role && <div className="small">{kind && actor.party ? `${party({ kind, code: actor.party }, actor.jurisdiction)} · ` : ''}{t(`role.${actor.role}`)}</div>}
    </>
  )
}

function About({ subject, only }: { subject: string; only: () => void }) {
  const { t } = useTranslation()
  const place = placeOf(subject)
  return (
    <>
      <Tooltip title={t('record.onlyAbout')}><Button type="link" size="small" className="in-line breaks" onClick={(e) => { e.stopPropagation(); only() }}>{subject}</Button></Tooltip>
      {place && <Link to={place} className="small aside" onClick={(e) => e.stopPropagation()}>{t('record.open')}</Link>}
    </>
  )
}
