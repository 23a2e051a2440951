import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer, Flex, Form, Input, InputNumber, Radio, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { judged, newKey, send, Unreachable, type Schemas } from '../api/client'
import { clock, jurisdictions } from '../app/queries'
import { Says } from '../parts/Says'
import { text } from '../words/format'
import { sumOf } from './amounts'

interface Typed { jurisdiction: string; resource: string; year: number; way: 'add' | 'cut'; amount: string; clause: string; reason: string }

/** Adds to a quota, or cuts it. The server asks for proof of identity. */
export function QuotaForm({ quotas, chosen, pack, jurisdiction, close }: { quotas: readonly Schemas['Quota'][]; chosen?: Schemas['Quota']; pack?: Schemas['Pack']; jurisdiction: string; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [form] = Form.useForm<Typed>()
  const [key, setKey] = useState(newKey)
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const now = useQuery(clock).data?.now
  const tree = useQuery(jurisdictions).data?.items ?? []
  const typed = Form.useWatch([], form) as Partial<Typed> | undefined
  const before = quotas.find((q) => q.jurisdiction === typed?.jurisdiction && q.resource === typed?.resource && q.year === typed?.year)
  const signed = typed?.amount && /^\d+(\.\d+)?$/.test(typed.amount) ? `${typed.way === 'cut' ? '-' : ''}${typed.amount}` : undefined
  const resource = pack?.assurance.resources.find((r) => r.key === typed?.resource)
  const submit = async ({ way, amount, ...rest }: Typed) => {
    setBusy(true)
    setFailure(undefined)
    try {
      await send('/quotas', { ...rest, amount: `${way === 'cut' ? '-' : ''}${amount}` }, { key })
      message.success(t('office.quotas.form.done'))
      close()
    } catch (e) {
      setFailure(e)
      if (judged(e)) setKey(newKey())
    } finally {
      setBusy(false)
      void client.invalidateQueries({ queryKey: ['quotas'] })
    }
  }
  const required = [{ required: true, message: t('session.required') }]
  return (
    <Drawer
      open title={t('office.quotas.form.title')} onClose={close} mask={{ closable: false }} destroyOnHidden
      footer={(
        <Flex gap="small" justify="end">
          <Button onClick={close}>{t('session.cancel')}</Button>
          <Button type="primary" loading={busy} onClick={form.submit}>{failure instanceof Unreachable ? t('say.sendAgain') : t('office.quotas.form.submit')}</Button>
        </Flex>
      )}
    >
      <Says failure={failure} acting />
      <Form<Typed>
        form={form} layout="vertical" onFinish={submit} scrollToFirstError
        initialValues={{ way: 'add', jurisdiction: chosen?.jurisdiction ?? jurisdiction, resource: chosen?.resource, year: chosen?.year ?? Number((now ?? new Date().toISOString()).slice(0, 4)), clause: pack?.assurance.resources.find((r) => r.key === chosen?.resource)?.clause }}
      >
        <Form.Item name="jurisdiction" label={t('office.quotas.jurisdiction')} rules={required}>
          <Select options={tree.map((j) => ({ value: j.code, label: text(j.name) }))} />
        </Form.Item>
        <Form.Item name="resource" label={t('office.quotas.resource')} rules={required}>
          <Select
            placeholder={t('field.choose')} options={(pack?.assurance.resources ?? []).map((r) => ({ value: r.key, label: `${text(r.name)} (${text(r.unit)})` }))}
            onChange={(v: string) => form.setFieldValue('clause', pack?.assurance.resources.find((r) => r.key === v)?.clause)}
          />
        </Form.Item>
        <Form.Item name="year" label={t('office.quotas.year')} rules={required}><InputNumber min={2000} max={2200} precision={0} /></Form.Item>
        <Form.Item name="way"><Radio.Group optionType="button" options={(['add', 'cut'] as const).map((w) => ({ value: w, label: t(`office.quotas.form.${w}`) }))} /></Form.Item>
        <Form.Item name="amount" label={t('office.quotas.amount')} rules={[...required, { pattern: /^(0|[1-9]\d{0,11})(\.\d{1,4})?$/, message: t('office.quotas.form.amount') }]}>
          <Input inputMode="decimal" maxLength={17} suffix={text(resource?.unit)} className="wide" />
        </Form.Item>
        {signed && <Typography.Paragraph type="secondary">{t('office.quotas.form.after', { total: sumOf(before?.total ?? '0', signed) })}</Typography.Paragraph>}
        <Form.Item name="clause" label={t('office.quotas.form.clause')} extra={t('office.quotas.form.clauseHelp')} rules={[...required, { pattern: /^[A-Za-z0-9.-]{1,40}$/, message: t('office.quotas.form.clauseHelp') }]}><Input maxLength={40} /></Form.Item>
        <Form.Item name="reason" label={t('office.quotas.form.reason')} rules={required}><Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} showCount /></Form.Item>
      </Form>
    </Drawer>
  )
}
