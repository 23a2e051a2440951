import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Anchor, Button, Card, Col, Descriptions, Empty, Flex, Grid, Input, Modal, Row, Select, Tag, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'

import { send, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pack as packOf, useMay } from '../app/queries'
import { lost } from '../parts/lost'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { moment, text } from '../words/format'
import { packs } from './queries'
import { parts, rulesOf, type Rule } from './rules'
import { RuleTable } from './RuleTable'

/** A pack as a document to be read. */
export default function PackPage() {
  const { t, i18n } = useTranslation()
  const { hash = '' } = useParams()
  const names = useNames()
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const [adopting, setAdopting] = useState(false)
  const wide = Grid.useBreakpoint().xl ?? false
  const found = useQuery(packOf(hash))
  const summary = useQuery(packs).data?.items.find((p) => p.hash === hash)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the rules are said in the language of the page
  const rules = useMemo(() => (found.data ? rulesOf(found.data) : []), [found.data, i18n.language])
  if (found.isPending) return <Waiting />
  if (lost(found)) return <Says failure={found.error} />
  const pack = found.data
  const q = params.get('q') ?? ''
  const shown = rules.filter((r) => !q || saying(r).includes(q.toLowerCase()))
  const sections = parts.map((part) => ({ part, rules: shown.filter((r) => r.part === part) })).filter((s) => s.rules.length > 0)
  return (
    <Page
      title={`${text(pack.title)} ${pack.version}`}
      extra={(
        <Flex gap="small" wrap className="no-print">
          <Button icon={<PrinterOutlined />} onClick={() => window.print()}>{t('office.pack.print')}</Button>
          <Button href={`/api/v1/packs/${hash}?format=yaml`} download={`${pack.id}-${pack.version}.yaml`}>{t('office.pack.raw')}</Button>
          {may('publishAdoption') && !!summary?.inForce?.length && <Button type="primary" onClick={() => setAdopting(true)}>{t('office.packs.adopt')}</Button>}
        </Flex>
      )}
    >
      <Card size="small" className="facts">
        <Descriptions
          size="small" column={{ xs: 1, md: 2 }}
          items={[
            ...(pack.source ? [{ label: t('office.pack.source'), children: text(pack.source.document) }] : []),
            ...(pack.source?.issued ? [{ label: t('office.pack.issued'), children: pack.source.issued }] : []),
            { label: t('office.packs.jurisdiction'), children: pack.jurisdiction ? names.jurisdiction(pack.jurisdiction) : t('office.packs.everywhere') },
            { label: t('office.packs.inForce'), children: summary?.inForce?.length ? summary.inForce.map((j) => <Tag color="green" key={j}>{names.jurisdiction(j)}</Tag>) : t('office.packs.notInForce') },
            ...(summary?.published ? [{ label: t('office.packs.published'), children: moment(summary.published) }] : []),
            ...(pack.extends ? [{ label: t('office.pack.extends'), children: pack.extends }] : []),
            { label: t('office.pack.hash'), children: <Typography.Text code copyable={{ text: hash }}>{hash.slice(0, 16)}</Typography.Text> },
          ]}
        />
      </Card>
      <Flex className="bar no-print">
        <Input.Search allowClear className="text" placeholder={t('office.pack.find')} aria-label={t('office.pack.find')} defaultValue={q} onSearch={(v) => setParams(v ? { q: v } : {}, { replace: true })} />
      </Flex>
      {sections.length === 0 && <Empty description={t('office.pack.nothing')} />}
      <Row gutter={[16, 16]}>
        {wide && (
          <Col flex="180px" className="no-print">
            <Anchor offsetTop={64} items={sections.map((s) => ({ key: s.part, href: `#${s.part}`, title: `${t(`office.part.${s.part}`)} ${s.rules.length}` }))} />
          </Col>
        )}
        <Col flex="1 1 0" className="narrow">
          {sections.map((s) => (
            <section key={s.part} id={s.part} className="chapter">
              <h2>{t(`office.part.${s.part}`)} <Typography.Text type="secondary" className="small">{t('office.pack.count', { count: s.rules.length })}</Typography.Text></h2>
              <RuleTable rules={s.rules} />
            </section>
          ))}
        </Col>
      </Row>
      {adopting && <Adopt hash={hash} where={summary?.inForce ?? []} close={() => setAdopting(false)} />}
    </Page>
  )
}

const saying = (r: Rule) => [r.name, r.clause, ...r.facts.flatMap((f) => f.says)].join('\n').toLowerCase()

/** Has worked out what would change if open projects moved to the pack. */
function Adopt({ hash, where, close }: { hash: string; where: readonly string[]; close: () => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const go = useNavigate()
  const [jurisdiction, setJurisdiction] = useState(where[0])
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const adopt = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      const b = await send<Schemas['Broadcast']>(`/packs/${hash}/adoption`, { jurisdiction })
      void go(`/broadcasts/${b.id}`)
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('office.packs.adoptTitle')} okText={t('office.packs.adoptSubmit')} cancelText={t('session.cancel')} confirmLoading={busy} onOk={() => void adopt()} onCancel={close}>
      <Says failure={failure} acting />
      <Alert type="info" showIcon className="spaced" title={t('office.packs.adoptHelp')} />
      <label className="stacked">
        {t('office.packs.adoptWhere')}
        <Select value={jurisdiction} onChange={setJurisdiction} options={where.map((j) => ({ value: j, label: names.jurisdiction(j) }))} />
      </label>
    </Modal>
  )
}
