import { Card, Descriptions, Empty, Flex, Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { day, money } from '../words/format'

/** From the request for acceptance to the last thing rectified. */
export function Completion({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const a = p.acceptance
  if (!a.requested) return <Empty description={t('life.completion.none')} />
  const fact = (label: string, children: React.ReactNode) => (children ? [{ label, children }] : [])
  return (
    <Flex vertical gap="middle">
      <Card size="small">
        <Descriptions size="small" column={{ xs: 1, md: 2, xl: 3 }} items={[
          ...fact(t('life.completion.requested'), day(a.requested)), ...fact(t('life.completion.trialRun'), a.trialRun && day(a.trialRun)), ...fact(t('life.completion.settlement'), a.settlement !== undefined && money(a.settlement)),
          ...fact(t('life.completion.audit'), a.audit), ...fact(t('life.completion.settled'), a.settled && day(a.settled)), ...fact(t('life.completion.rounds'), a.rounds),
          ...fact(t('life.completion.returned'), a.returned), ...fact(t('life.completion.accepted'), a.accepted && day(a.accepted)), ...fact(t('life.completion.document'), a.document),
        ]} />
      </Card>
      {!!a.rectify?.length && (
        <Card size="small" title={t('life.completion.rectify')}>
          <Table
            size="small" rowKey="id" dataSource={a.rectify} pagination={false} scroll={{ x: 560 }}
            columns={[
              { title: t('life.completion.what'), render: (_, r) => <>{r.what}{r.note && <div className="small dim">{r.note}</div>}</> },
              { title: t('life.completion.by'), width: 200, render: (_, r) => names.party(r.party, p.row.jurisdiction) },
              { title: t('life.completion.due'), width: 140, render: (_, r) => day(r.due) },
              { title: t('life.completion.done'), width: 160, render: (_, r) => r.done && <Tag color="green">{day(r.done)}</Tag> },
            ]}
          />
        </Card>
      )}
    </Flex>
  )
}
