import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Col, Flex, Form, Input, InputNumber, Row, Select, Typography } from 'antd'
import type { Dayjs } from 'dayjs'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { owners, units } from '../app/queries'
import { DayPicker } from '../parts/DayPicker'
import { money, text } from '../words/format'
import type { TypedProfile } from './declaration'

type Name = keyof TypedProfile
const at = (name: Name) => ['profile', name]
const named = (all: readonly { key: string; name: Schemas['Text'] }[]) => all.map((c) => ({ value: c.key, label: text(c.name) }))
const parties = (all: readonly { code: string; name: Schemas['Text']; closed?: boolean }[] | undefined, kept?: string) =>
  (all ?? []).filter((p) => !p.closed || p.code === kept).map((p) => ({ value: p.code, label: text(p.name) }))

/** The fields of a declaration, below `profile` of a form; `profileOf` turns them into what the contract wants. */
export function ProfileFields({ pack, fixed = [] }: { pack: Schemas['Pack']; fixed?: readonly ('owner' | 'unit')[] }) {
  const { t } = useTranslation()
  const unit = Form.useWatch(at('unit')) as string | undefined
  const owner = Form.useWatch(at('owner')) as string | undefined
  const allUnits = useQuery(units)
  const allOwners = useQuery(owners)
  const { library, evaluation } = pack
  const find = { showSearch: { optionFilterProp: 'label' }, placeholder: t('field.choose') }
  return (
    <>
      <Part title={t('declaration.facts')}>
        <One name="name" whole><Input maxLength={200} showCount /></One>
        <One name="unit"><Select {...find} disabled={fixed.includes('unit')} loading={allUnits.isPending} options={parties(allUnits.data?.items, unit)} /></One>
        <One name="owner" extra={fixed.includes('owner') ? t('declaration.ownerFixed') : undefined}>
          <Select {...find} disabled={fixed.includes('owner')} loading={allOwners.isPending} options={parties(allOwners.data?.items, owner)} />
        </One>
        <One name="sector"><Select {...find} options={named(library.sectors)} /></One>
        <One name="kind" optional><Select allowClear {...find} options={named(library.kinds)} /></One>
        <One name="level"><Select placeholder={t('field.choose')} options={(['national', 'regional', 'city', 'county'] as const).map((l) => ({ value: l, label: t(`level.${l}`) }))} /></One>
        <One name="procedure" extra={t('declaration.procedureHint')}>
          <Select placeholder={t('field.choose')} options={(['approval', 'verification', 'filing'] as const).map((p) => ({ value: p, label: t(`procedure.${p}`) }))} />
        </One>
        <One name="summary" optional whole><Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2000} showCount /></One>
      </Part>
      <Part title={t('declaration.money')}>
        <One name="investment" rules={[{ type: 'number', min: 0.0001, message: t('declaration.positive') }]} extra={<Spelled />}><Wan suffix={t('declaration.wan')} /></One>
        <One name="funding" optional><Select allowClear {...find} options={named(library.fundings)} /></One>
        <One name="investmentUSD" optional><Wan suffix={t('declaration.wanUSD')} /></One>
        <One name="annualTax" optional extra={t('declaration.taxHint')}><Wan suffix={t('declaration.wan')} /></One>
        <Col span={24}><Form.Item name={at('government')} valuePropName="checked"><Checkbox>{t('declaration.government')}</Checkbox></Form.Item></Col>
      </Part>
      <Part title={t('declaration.time')}>
        <One name="plannedStart"><DayPicker /></One>
        <One
          name="plannedCompletion" dependencies={[at('plannedStart')]}
          rules={[({ getFieldValue }) => ({
            validator: (_, done: Dayjs | undefined) => {
              const start = getFieldValue(at('plannedStart')) as Dayjs | undefined
              return done && start && done.isBefore(start, 'day') ? Promise.reject(new Error(t('declaration.afterStart'))) : Promise.resolve()
            },
          })]}
        ><DayPicker /></One>
      </Part>
      <Part title={t('declaration.needs')} hint={t('declaration.needsHint')}><Col span={24}><Asks resources={pack.assurance.resources} /></Col></Part>
      <Part title={t('declaration.more')}>
        <One name="specialities" optional extra={t('declaration.specialitiesHint')}><Select mode="multiple" {...find} options={named(evaluation.specialities)} /></One>
        {library.tags.length > 0 && <One name="tags" optional><Select mode="multiple" {...find} options={named(library.tags)} /></One>}
        <One name="source" optional whole><Input maxLength={500} /></One>
      </Part>
    </>
  )
}

function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="part">{title}</h2>
      {hint && <Typography.Paragraph type="secondary">{hint}</Typography.Paragraph>}
      <Row gutter={16}>{children}</Row>
    </section>
  )
}

type Item = Omit<Parameters<typeof Form.Item>[0], 'name' | 'children'>

function One({ name, optional = false, whole = false, rules = [], children, ...more }: { name: Exclude<Name, 'asks' | 'government'>; optional?: boolean; whole?: boolean; children: ReactNode } & Item) {
  const { t } = useTranslation()
  return (
    <Col xs={24} md={whole ? 24 : 12}>
      <Form.Item name={at(name)} label={t(`declaration.${name}`)} rules={[...(optional ? [] : [{ required: true, message: t('session.required') }]), ...rules]} {...more}>{children}</Form.Item>
    </Col>
  )
}

/** So many ten thousand; not rounded, since what is typed over keeps its fen. */
function Wan(control: { value?: number; onChange?: (v: number | null) => void; suffix: string; id?: string }) {
  return <InputNumber<number> {...control} min={0} max={900_000_000} className="wide" />
}

/** The sum as people say it, so that a digit too many is seen. */
function Spelled() {
  const { t } = useTranslation()
  const wan = Form.useWatch(at('investment')) as number | null | undefined
  return wan && wan >= 10_000 ? t('declaration.scale', { text: money(wan * 1_000_000) }) : null
}

function Asks({ resources }: { resources: readonly Schemas['PackResource'][] }) {
  const { t } = useTranslation()
  const typed = (Form.useWatch(at('asks')) ?? []) as { resource?: string }[]
  const required = { required: true, message: t('session.required') }
  return (
    <Form.List name={at('asks')}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name }) => {
            const resource = resources.find((r) => r.key === typed[name]?.resource)
            return (
              <Flex key={key} gap="small" wrap align="start" className="row">
                <Form.Item
                  name={[name, 'resource']} label={t('declaration.resource')} dependencies={[[...at('asks'), name, 'year']]}
                  rules={[required, ({ getFieldValue }) => ({
                    validator: (_, value: string) => {
                      const all = (getFieldValue(at('asks')) ?? []) as ({ resource?: string; year?: Dayjs } | undefined)[]
                      const year = all[name]?.year?.year()
                      const again = all.some((a, i) => i < name && a?.resource === value && a?.year?.year() === year)
                      return again ? Promise.reject(new Error(t('declaration.twice'))) : Promise.resolve()
                    },
                  })]}
                >
                  <Select showSearch={{ optionFilterProp: 'label' }} options={named(resources)} popupMatchSelectWidth={false} className="pick-paper" />
                </Form.Item>
                <Form.Item name={[name, 'amount']} label={t('declaration.amount')} rules={[required, { pattern: /^(0|[1-9]\d{0,11})(\.\d{1,4})?$/, message: t('declaration.decimal') }]}>
                  <Input inputMode="decimal" suffix={text(resource?.unit)} className="amount" />
                </Form.Item>
                <Form.Item name={[name, 'year']} label={t('declaration.year')} rules={[required]}><DayPicker picker="year" className="year" /></Form.Item>
                <Button type="text" icon={<DeleteOutlined />} aria-label={t('declaration.removeAsk')} onClick={() => remove(name)} className="row-end" />
              </Flex>
            )
          })}
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({})}>{t('declaration.addAsk')}</Button>
        </>
      )}
    </Form.List>
  )
}
