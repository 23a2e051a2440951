import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer, Empty, Flex, Select, Table, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { jurisdictions, useMay } from '../app/queries'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { moment, text } from '../words/format'
import { packs } from './queries'
import { Publish } from './Publish'

type Pack = Schemas['PackSummary']

/** The rules that there are, and where each is in force. */
export default function Packs() {
  const { t } = useTranslation()
  const names = useNames()
  const may = useMay()
  const go = useNavigate()
  const list = useQuery(packs)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [publishing, setPublishing] = useState(false)
  const items = list.data?.items ?? []
  // The newest stands first: the later of the two is the newer.
  const compare = () => {
    const [to, from] = items.map((p) => p.hash).filter((h) => chosen.includes(h))
    void go(`/packs/compare?from=${from}&to=${to}`)
  }
  return (
    <Page
      title={t('office.packs.title')}
      extra={(
        <Flex gap="small" wrap className="no-print">
          <Button disabled={chosen.length !== 2} title={t('office.packs.chooseTwo')} onClick={compare}>{t('office.packs.compare')}</Button>
          {may('publishPack') && <Button type="primary" onClick={() => setPublishing(true)}>{t('office.packs.publish')}</Button>}
        </Flex>
      )}
    >
      <Says failure={list.error} />
      <Table<Pack>
        size="middle" rowKey="hash" dataSource={items} loading={list.isPending} pagination={false} scroll={{ x: 900 }} locale={{ emptyText: <Empty description={t('office.packs.empty')} /> }}
        rowSelection={{ selectedRowKeys: [...chosen], hideSelectAll: true, onChange: (keys) => setChosen(keys.slice(-2) as string[]) }}
        columns={[
          { title: t('office.packs.name'), render: (_, p) => <Link to={`/packs/${p.hash}`}>{text(p.title)}</Link> },
          { title: t('office.packs.version'), width: 110, dataIndex: 'version' },
          { title: t('office.packs.jurisdiction'), width: 130, render: (_, p) => (p.jurisdiction ? names.jurisdiction(p.jurisdiction) : t('office.packs.everywhere')) },
          { title: t('office.packs.inForce'), width: 220, render: (_, p) => (p.inForce?.length ? p.inForce.map((j) => <Tag color="green" key={j}>{names.jurisdiction(j)}</Tag>) : <Typography.Text type="secondary">{t('office.packs.notInForce')}</Typography.Text>) },
          { title: t('office.packs.published'), width: 180, render: (_, p) => (p.published ? moment(p.published) : '') },
          { title: t('office.packs.hash'), width: 160, render: (_, p) => <Typography.Text copyable={{ text: p.hash }} code>{p.hash.slice(0, 10)}</Typography.Text> },
        ]}
      />
      {publishing && <PublishPack close={() => setPublishing(false)} />}
    </Page>
  )
}

function PublishPack({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const go = useNavigate()
  const tree = useQuery(jurisdictions).data?.items ?? []
  const [where, setWhere] = useState<string>()
  return (
    <Drawer open size="large" title={t('office.packs.publishTitle')} onClose={close} mask={{ closable: false }} destroyOnHidden>
      <Publish<Pack>
        path="/packs" more={where ? { jurisdiction: where } : {}} help={t('office.packs.publishHelp')} label={t('office.packs.text')} submit={t('office.packs.publishSubmit')} most={500_000}
        extra={() => <Select allowClear placeholder={t('office.packs.wherePack')} aria-label={t('office.packs.where')} value={where} onChange={setWhere} popupMatchSelectWidth={false} className="wide" options={tree.map((j) => ({ value: j.code, label: `${t('office.packs.where')} ${text(j.name)}` }))} />}
        done={(p) => {
          message.success(t('office.packs.publishedDone'))
          void client.invalidateQueries({ queryKey: ['packs'] })
          void go(`/packs/${p.hash}`)
        }}
      />
    </Drawer>
  )
}
