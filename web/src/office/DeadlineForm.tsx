import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, DatePicker, Flex, Form, InputNumber, TimePicker, Typography } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { api, whole } from '../api/client'
import { ClockStrip } from '../parts/ClockStrip'
import { Says } from '../parts/Says'
import { day, moment } from '../words/format'

interface Typed { received: Dayjs; days: number; pauses?: { from?: Dayjs; to?: Dayjs }[]; close?: Dayjs }

/** Works a deadline out, day by day. What is asked stands in the address, so that it can be sent on. */
export function DeadlineForm({ now }: { now: string }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const [form] = Form.useForm<Typed>()
  const received = params.get('received')
  const query = { received: received ?? '', days: Number(params.get('limit') ?? 0), pause: params.getAll('pause'), close: params.get('close') ?? undefined }
  const found = useQuery({
    queryKey: ['deadline', query], enabled: !!received && query.days > 0, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/calendar/deadline', { params: { query }, signal })),
  })
  const work = (typed: Typed) => {
    const next = new URLSearchParams({ tab: 'deadline', received: `${typed.received.format('YYYY-MM-DDTHH:mm')}:00+08:00`, limit: String(typed.days) })
    for (const p of typed.pauses ?? []) if (p.from) next.append('pause', `${p.from.format('YYYY-MM-DD')}/${p.to?.format('YYYY-MM-DD') ?? ''}`)
    if (typed.close) next.set('close', typed.close.format('HH:mm'))
    setParams(next, { replace: true })
  }
  const civil = (at: string) => dayjs(at.slice(0, 16)) // civil times are shown as they are written, whatever the machine's zone
  const required = [{ required: true, message: t('session.required') }]
  const d = found.data
  return (
    <>
      <Form<Typed>
        form={form} layout="vertical" onFinish={work}
        initialValues={{
          received: civil(received ?? now), days: query.days || 10, close: query.close ? dayjs(`2000-01-01T${query.close}`) : undefined,
          pauses: query.pause.map((p) => { const [from, to] = p.split('/'); return { from: dayjs(from), to: to ? dayjs(to) : undefined } }),
        }}
      >
        <Flex gap="middle" wrap align="end">
          <Form.Item name="received" label={t('office.calendar.received')} rules={required}><DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" /></Form.Item>
          <Form.Item name="days" label={t('office.calendar.limit')} rules={required}><InputNumber min={1} max={1000} precision={0} /></Form.Item>
          <Form.Item name="close" label={t('office.calendar.closeTime')}><TimePicker format="HH:mm" placeholder="17:30" minuteStep={5} /></Form.Item>
        </Flex>
        <Form.Item label={t('office.calendar.pauses')}>
          <Form.List name="pauses">
            {(rows, { add, remove }) => (
              <>
                {rows.map(({ key, name }) => (
                  <Flex key={key} gap="small" wrap className="row">
                    <Form.Item name={[name, 'from']} rules={required}><DatePicker placeholder={t('office.calendar.from')} /></Form.Item>
                    <Form.Item name={[name, 'to']}><DatePicker placeholder={t('office.calendar.stillPaused')} /></Form.Item>
                    <Button type="text" icon={<DeleteOutlined />} aria-label={t('field.removeRow')} onClick={() => remove(name)} />
                  </Flex>
                ))}
                <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({})}>{t('office.calendar.addPause')}</Button>
              </>
            )}
          </Form.List>
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={found.isFetching} className="no-print">{t('office.calendar.work')}</Button>
      </Form>
      <Says failure={found.error} />
      {d && (
        <Card size="small" className="below" title={d.due ? t('office.calendar.due', { due: moment(d.due) }) : t('office.calendar.standing')}>
          <Typography.Paragraph type="secondary">{t('office.calendar.deemed', { day: day(d.deemedReceipt) })} · {t('office.calendar.counted', { version: d.calendarVersion.slice(0, 10) })}</Typography.Paragraph>
          <ClockStrip days={d.days} due={d.due} />
          {d.provisional && <Alert type="warning" showIcon className="below" title={t('say.provisional')} />}
        </Card>
      )}
    </>
  )
}
