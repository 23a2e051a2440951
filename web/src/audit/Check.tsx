import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Drawer, Form, Input, Table, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { Says } from '../parts/Says'

type Found = Schemas['AuditCheck']

/** Works the chains out again and says in words what was found. */
export function Check({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const check = useMutation({
    mutationFn: async ({ since }: { since?: string }) => ({ since, found: await whole(api.GET('/audit/check', { params: { query: { since: since?.trim() || undefined } } })) }),
  })
  return (
    <Drawer open title={t('record.checkTitle')} onClose={close} size="large">
      <Typography.Paragraph type="secondary">{t('record.checkWhy')}</Typography.Paragraph>
      <Form<{ since?: string }> layout="vertical" onFinish={(given) => check.mutate(given)}>
        <Form.Item name="since" label={t('record.since')} extra={t('record.sinceHint')} rules={[{ pattern: /^\s*[0-9a-f]{64}\s*$/, message: t('record.sinceRule') }]}><Input allowClear autoComplete="off" maxLength={80} /></Form.Item>
        <Form.Item><Button type="primary" htmlType="submit" loading={check.isPending}>{t(check.data ? 'record.again' : 'record.run')}</Button></Form.Item>
      </Form>
      <Says failure={check.error} />
      {check.data && !check.isPending && <Result found={check.data.found} asked={!!check.data.since} />}
    </Drawer>
  )
}

function Result({ found, asked }: { found: Found; asked: boolean }) {
  const { t } = useTranslation()
  const all = found.ends.map((e) => `${e.chain} ${e.seq} ${e.hash}`).join('\n')
  return (
    <>
      {found.sound
        ? <Alert type="success" showIcon className="spaced" title={t('record.sound')} description={t('record.soundWhy', { lines: found.lines, chains: found.ends.length })} />
        : <Alert type="error" showIcon role="alert" className="spaced" title={t('record.broken')} description={t('record.brokenWhy', { chain: found.broken?.chain ?? 0, seq: found.broken?.seq ?? 0 })} />}
      {asked && (found.lost
        ? <Alert type="error" showIcon role="alert" className="spaced" title={t('record.lost')} description={t('record.lostWhy')} />
        : <Alert type="success" showIcon className="spaced" title={t('record.kept')} />)}
      <h2 className="next">{t('record.ends')} <Typography.Text copyable={{ text: all, tooltips: t('record.copy') }} /></h2>
      <Typography.Paragraph type="secondary">{t('record.endsWhy')}</Typography.Paragraph>
      <Table
        size="small" rowKey="chain" dataSource={found.ends} pagination={false} scroll={{ x: 460 }}
        columns={[
          { title: t('record.chain'), width: 56, dataIndex: 'chain' }, { title: t('record.seq'), width: 80, dataIndex: 'seq' },
          { title: t('record.hash'), render: (_, e) => <code className="breaks small">{e.hash}</code> },
        ]}
      />
    </>
  )
}
