import { DeleteOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons'
import { Button, Checkbox, DatePicker, Flex, Form, Input, InputNumber, Select, Upload } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { text } from '../words/format'
import type { Field, From } from './catalog'
import { useChoices, type About, type Option } from './choices'

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
  const rules = field.optional ? [] : [{ required: true, message: t('session.required') }]
  const item = (control: ReactNode, more: object = {}) => <Form.Item name={field.name} label={label} rules={rules} {...more}>{control}</Form.Item>
  switch (field.kind) {
    case 'line': return item(<Input maxLength={200} />)
    case 'words': return item(<Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2000} showCount />)
    case 'date': return item(<DatePicker className="wide" />)
    case 'days': return item(<InputNumber min={1} max={60} precision={0} />)
    case 'money': return item(<InputNumber<number> min={0} precision={2} suffix={t('field.wan')} className="wide" />)
    case 'amount': return item(<Input inputMode="decimal" />)
    case 'flag': return <Form.Item name={field.name} valuePropName="checked"><Checkbox>{label}</Checkbox></Form.Item>
    case 'one': return <Choice field={field} from={field.from} about={about} many={false} />
    case 'many': return <Choice field={field} from={field.from} about={about} many />
    case 'files':
      return (
        <Form.Item name={field.name} label={label} valuePropName="fileList" getValueFromEvent={(e: { fileList: unknown[] }) => e.fileList}>
          <Upload multiple beforeUpload={() => false} accept=".pdf,.ofd,.docx,.xlsx,.jpg,.jpeg,.png,.dwg,.zip"><Button icon={<UploadOutlined />}>{t('field.upload')}</Button></Upload>
        </Form.Item>
      )
    case 'marks': return <Marks name={field.name} about={about} />
    case 'missing': return <Rows field={field} blank={{}} cells={(n) => [<Cell key="p" at={[n, 'paper']} label="paper"><PaperChoice about={about} /></Cell>, <Cell key="s" at={[n, 'standard']} label="standard"><Input maxLength={1000} /></Cell>]} />
    case 'deferred': return <Rows field={field} blank={{}} cells={(n) => [<Cell key="p" at={[n, 'paper']} label="paper"><PaperChoice about={about} deferrable /></Cell>, <Cell key="d" at={[n, 'due']} label="due"><DatePicker /></Cell>]} />
    case 'findings': return <Rows field={field} blank={{}} cells={(n) => [<Cell key="w" at={[n, 'what']} label="what"><Input maxLength={200} /></Cell>, <Cell key="d" at={[n, 'due']} label="due"><DatePicker /></Cell>]} />
    case 'months': return <Rows field={field} blank={{}} cells={(n) => [<Cell key="p" at={[n, 'period']} label="period"><DatePicker picker="month" /></Cell>, <Cell key="a" at={[n, 'amount']} label="amount"><InputNumber<number> min={0} precision={2} suffix={t('field.wan')} /></Cell>]} />
    case 'nodes':
      return (
        <Rows field={field} blank={{ unit: about.project.row.unit }} cells={(n) => [
          <Cell key="t" at={[n, 'title']} label="title"><Input maxLength={200} /></Cell>, <Cell key="d" at={[n, 'due']} label="due"><DatePicker /></Cell>,
          <Cell key="u" at={[n, 'unit']} label="unit"><UnitChoice about={about} /></Cell>, <Cell key="p" at={[n, 'post']} label="post"><Input maxLength={100} /></Cell>,
        ]} />
      )
  }
}

function Choice({ field, from, about, many }: { field: Field; from: From; about: About; many: boolean }) {
  const { t } = useTranslation()
  const options = useChoices(from, field.name, about)
  return (
    <Form.Item name={field.name} label={useLabel()(field.name)} rules={field.optional ? [] : [{ required: true, message: t('session.required') }]} initialValue={from === 'papers' ? options.map((o) => o.value) : undefined}>
      {many && from === 'papers'
        ? <Checkbox.Group className="stacked" options={options} />
        : <Select allowClear={!!field.optional} showSearch={{ optionFilterProp: 'label' }} placeholder={t('field.choose')} options={options} {...(many ? { mode: 'multiple' as const } : {})} />}
    </Form.Item>
  )
}

type Controlled = { value?: string; onChange?: (v: string) => void; id?: string }

function PaperChoice({ about, deferrable = false, ...control }: { about: About; deferrable?: boolean } & Controlled) {
  return <Select {...control} popupMatchSelectWidth={false} options={useChoices(deferrable ? 'deferrable' : 'papers', '', about)} className="pick-paper" />
}

function UnitChoice({ about, ...control }: { about: About } & Controlled) {
  return <Select {...control} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false} options={useChoices('parties', 'unit', about)} className="pick-paper" />
}

function Cell({ at, label, children }: { at: [number, string]; label: string; children: ReactNode }) {
  const { t } = useTranslation()
  return <Form.Item name={at} label={useLabel()(label)} rules={[{ required: true, message: t('session.required') }]}>{children}</Form.Item>
}

/** Several of a kind, each in a row of its own. */
function Rows({ field, blank, cells }: { field: Field; blank: object; cells: (n: number) => ReactNode[] }) {
  const { t } = useTranslation()
  return (
    <Form.Item label={useLabel()(field.name)} required={!field.optional}>
      <Form.List name={field.name} initialValue={field.optional ? [] : [blank]}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <Flex key={key} gap="small" wrap align="end" className="row">
                {cells(name)}
                <Button type="text" icon={<DeleteOutlined />} aria-label={t('field.removeRow')} onClick={() => remove(name)} className="row-away" />
              </Flex>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(blank)}>{t('field.add')}</Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  )
}

/** A mark for each criterion of the pack. */
function Marks({ name, about }: { name: string; about: About }) {
  const { t } = useTranslation()
  return about.pack.evaluation.criteria.map((c) => (
    <Form.Item key={c.key} name={[name, c.key]} label={`${text(c.name)} (${t('field.range', { from: 0, to: c.max })})`} rules={[{ required: true, message: t('session.required') }]}>
      <InputNumber min={0} max={c.max} precision={0} />
    </Form.Item>
  ))
}

export type { Option }
