import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Flex, Form, Tag, Tooltip, Typography } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'

import { clock, useMe } from '../app/queries'
import { DayPicker } from '../parts/DayPicker'
import { Money } from '../parts/Money'
import { later, spread } from '../project/figures'
import { civilDay, money } from '../words/format'
import type { About } from './choices'

type Row = { period?: Dayjs; amount?: number | null }
const fen = (wan: number) => Math.round(wan * 1_000_000)

/** Investment month by month. Months that have begun are fixed, save for the office. */
export function Months({ about, name, label }: { about: About; name: string; label: string }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance()
  const { data: time } = useQuery(clock)
  const { posts } = useMe()
  const office = posts.find((p) => p.id === about.act.post)?.role === 'office'
  const typed = ((Form.useWatch(name) ?? []) as (Row | undefined)[]).map((r) => r ?? {})
  const present = time ? civilDay(time.now).slice(0, 7) : ''
  const { project } = about
  const begun = (r: Row | undefined) => !!r?.period && r.period.format('YYYY-MM') <= present && !!project.reporting.plan?.some((m) => m.period === r.period?.format('YYYY-MM'))
  const sum = typed.reduce((all, r) => all + fen(r.amount ?? 0), 0)
  const last = typed.reduce((latest, r) => (r.period && r.period.format('YYYY-MM') > latest ? r.period.format('YYYY-MM') : latest), '')
  const first = [present, project.profile.plannedStart.slice(0, 7)].sort().at(-1)!
  const even = () => {
    const kept = typed.filter((r) => r.period && r.amount).map((r) => ({ period: r.period!.format('YYYY-MM'), amount: fen(r.amount!) }))
    const rest = spread(project, kept, first)
    const all = [...kept, ...rest].sort((a, b) => a.period.localeCompare(b.period))
    form.setFieldValue(name, all.map((m) => ({ period: dayjs(`${m.period}-01`), amount: m.amount / 1_000_000 })))
  }
  return (
    <Form.Item label={label} required>
      <Form.List name={name}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name: n }) => {
              const fixed = begun(typed[n])
              return (
                <Flex key={key} gap="small" wrap align="start" className="row">
                  <Form.Item name={[n, 'period']} label={t('field.period')} rules={[{ required: true, message: t('session.required') }]}><DayPicker picker="month" className="day" disabled={fixed} /></Form.Item>
                  <Form.Item name={[n, 'amount']} label={t('field.planned')} rules={[{ required: true, message: t('session.required') }]}><Money disabled={fixed && !office} /></Form.Item>
                  {fixed ? <Tag className="row-end">{t('attach.begun')}</Tag> : <Button type="text" icon={<DeleteOutlined />} aria-label={t('field.removeRow')} onClick={() => remove(n)} className="row-end" />}
                </Flex>
              )
            })}
            <Flex gap="small" wrap align="center">
              <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ period: dayjs(`${last ? later(last, 1) : first}-01`) })}>{t('field.add')}</Button>
              <Tooltip title={t('attach.spreadHint')}><Button onClick={even}>{t('attach.spread')}</Button></Tooltip>
              <Typography.Text type={sum > project.profile.investment ? 'warning' : 'secondary'} aria-live="polite">{t('attach.planSum', { sum: money(sum), total: money(project.profile.investment) })}</Typography.Text>
            </Flex>
          </>
        )}
      </Form.List>
    </Form.Item>
  )
}
