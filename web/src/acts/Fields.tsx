import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Flex, Form, Input, InputNumber, Select } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { DayPicker } from '../parts/DayPicker'
import { Money } from '../parts/Money'
import { text } from '../words/format'
import { Attach, useUploaded } from './Attach'
import type { Field, From } from './catalog'
import { useChoices, type About } from './choices'
import { Marks } from './Marks'
import { Months } from './Months'
import { Papers } from './Papers'
import { itemOf } from './prefill'
import { ProfileFields } from './ProfileFields'
import { ProjectChoice } from './ProjectChoice'

/** The fields of an act. What is typed is turned into what the contract asks for by `bodyOf`. */
export function Fields({ fields, about }: { fields: readonly Field[]; about: About }) {
  return fields.map((f) => <One key={f.name} field={f} about={about} />)
}

function useLabel() {
  const { t } = useTranslation()
  return (name: string) => t(`field.${name}` as 'field.reason')
}

function One({ field, about }: { field: Field; about: About }) {
  const { t } = useTranslation()
  const label = useLabel()(field.name)
  const uploaded = useUploaded()
  const rules = field.optional ? [] : [{ required: true, message: t('session.required') }]
  const item = (control: ReactNode, more: object = {}) => <Form.Item name={field.name} label={label} rules={rules} {...more}>{control}</Form.Item>
  switch (field.kind) {
    case 'line': return item(<Input maxLength={field.name === 'title' || field.name === 'at' ? 200 : 500} />)
    case 'words': return item(<Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2000} showCount />)
    case 'date': return item(<DayPicker />)
    case 'days': return item(<InputNumber min={1} max={60} precision={0} />)
    case 'money': return item(<Money />)
    case 'amount': return item(<Input inputMode="decimal" className="wide" suffix={field.name === 'amount' ? text(needUnit(about)) : undefined} />, { rules: [...rules, { pattern: /^(0|[1-9]\d{0,11})(\.\d{1,4})?$/, message: t('declaration.decimal') }] })
    case 'flag': return <Form.Item name={field.name} valuePropName="checked"><Checkbox>{label}</Checkbox></Form.Item>
    case 'one': return item(<Choice field={field} from={field.from} about={about} />)
    case 'many': return item(<Choice field={field} from={field.from} about={about} many />)
    case 'files': return item(<Attach project={about.project.row.id} post={about.act.post} />, { extra: t('attach.limits'), rules: [uploaded] })
    case 'papers': return <Papers about={about} />
    case 'profile': return <ProfileFields pack={about.pack} fixed={['owner']} />
    case 'project': return item(<ProjectChoice but={about.project.row.id} />)
    case 'carried': return <Form.Item name={field.name} hidden><Input /></Form.Item>
    case 'marks': return <Marks name={field.name} about={about} />
    case 'months': return <Months about={about} name={field.name} label={label} />
    case 'missing': return <Rows field={field} cells={(n) => [<Cell key="p" at={[n, 'paper']} label="paper"><PaperChoice about={about} row={[field.name, n]} /></Cell>, <Cell key="s" at={[n, 'standard']} label="standard"><Input.TextArea autoSize maxLength={1000} className="standard" /></Cell>]} />
    case 'findings':
      return (
        <Rows field={field} blank={{ party: 'owner' }} cells={(n) => [
          <Cell key="w" at={[n, 'what']} label="what"><Input maxLength={200} /></Cell>, <Cell key="d" at={[n, 'due']} label="due"><DayPicker className="day" /></Cell>,
          <Form.Item key="p" name={[n, 'party']} label={t('attach.rectifier')}><Select options={(['owner', 'unit'] as const).map((p) => ({ value: p, label: t(`party.${p}`) }))} className="day" /></Form.Item>,
        ]} />
      )
    case 'nodes':
      return (
        <Rows field={field} blank={{ unit: about.project.row.unit }} cells={(n) => [
          <Cell key="t" at={[n, 'title']} label="title"><Input maxLength={200} /></Cell>, <Cell key="d" at={[n, 'due']} label="due"><DayPicker className="day" /></Cell>,
          <Cell key="u" at={[n, 'unit']} label="unit"><UnitChoice about={about} /></Cell>, <Cell key="p" at={[n, 'post']} label="post"><Input maxLength={100} /></Cell>,
        ]} />
      )
  }
}

const needUnit = ({ project, act }: About) => project.needs.find((n) => n.resource === act.params.resource)?.unit

type Controlled = { value?: string; onChange?: (v: string) => void; id?: string }

function Choice({ field, from, about, many = false, ...control }: { field: Field; from: From; about: About; many?: boolean } & Controlled) {
  const { t } = useTranslation()
  const options = useChoices(from, field.name, about)
  return <Select {...control} allowClear={!!field.optional} showSearch={{ optionFilterProp: 'label' }} placeholder={t('field.choose')} options={options} {...(many ? { mode: 'multiple' as const } : {})} />
}

/** A paper of the item; its standard is written beside it. */
function PaperChoice({ about, row, value, onChange, id }: { about: About; row: [string, number] } & Controlled) {
  const form = Form.useFormInstance()
  const papers = itemOf(about).rule?.papers ?? []
  const choose = (key: string) => {
    onChange?.(key)
    const standard = papers.find((p) => p.key === key)?.standard
    if (standard) form.setFieldValue([...row, 'standard'], text(standard))
  }
  return <Select id={id} value={value} onChange={choose} popupMatchSelectWidth={false} options={papers.map((p) => ({ value: p.key, label: text(p.name) }))} className="pick-paper" />
}

function UnitChoice({ about, ...control }: { about: About } & Controlled) {
  return <Select {...control} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false} options={useChoices('parties', 'unit', about)} className="pick-paper" />
}

function Cell({ at, label, children }: { at: [number, string]; label: string; children: ReactNode }) {
  const { t } = useTranslation()
  return <Form.Item name={at} label={useLabel()(label)} rules={[{ required: true, message: t('session.required') }]}>{children}</Form.Item>
}

/** Several of a kind, each in a row of its own. */
function Rows({ field, blank = {}, cells }: { field: Field; blank?: object; cells: (n: number) => ReactNode[] }) {
  const { t } = useTranslation()
  return (
    <Form.Item label={useLabel()(field.name)} required={!field.optional}>
      <Form.List name={field.name}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap="small" wrap align="start" className="row">
                {cells(name)}
                <Button type="text" icon={<DeleteOutlined />} aria-label={t('field.removeRow')} onClick={() => remove(name)} className="row-end" />
              </Flex>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(blank)}>{t('field.add')}</Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  )
}
