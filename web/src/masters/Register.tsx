import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { send, type Schemas } from '../api/client'
import { departments, jurisdictions, pack as packOf } from '../app/queries'
import { Ask } from '../parts/Ask'
import { text } from '../words/format'
import { packFor, type Kind } from './kinds'

type Typed = Schemas['NewOwner'] & Schemas['NewJurisdiction']
const levels = ['national', 'regional', 'city', 'county'] as const

/** One more jurisdiction or party. Its code stays. */
export function Register({ kind, close }: { kind: Kind; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const places = useQuery(jurisdictions).data?.items.filter((j) => !j.closed).map((j) => ({ value: j.code, label: text(j.name) }))
  const register = async (typed: Typed) => {
    await send(`/${kind}`, { ...typed, name: { zh: typed.name.zh, en: typed.name.en || undefined }, ...(kind === 'owners' ? { creditCode: typed.creditCode || undefined } : {}) })
    message.success(t('admin.done'))
    await client.invalidateQueries({ queryKey: [kind] })
  }
  const required = { required: true, message: t('say.required') }
  const place = (name: 'jurisdiction' | 'parent', label: string) => (
    <Form.Item name={name} label={label} rules={name === 'jurisdiction' ? [required] : []}><Select allowClear showSearch={{ optionFilterProp: 'label' }} options={places} /></Form.Item>
  )
  return (
    <Ask<Typed> title={t(`admin.addTo.${kind}`)} ok={t(`admin.addTo.${kind}`)} submit={register} close={close}>
      {kind !== 'jurisdictions' && place('jurisdiction', t('admin.jurisdiction'))}
      {kind === 'departments'
        ? <Code />
        : <Form.Item name="code" label={t('admin.code')} extra={t('admin.codeRule')} rules={[required, { pattern: /^[A-Za-z0-9._-]{1,64}$/, message: t('admin.codeRule') }]}><Input maxLength={64} autoComplete="off" /></Form.Item>}
      <Form.Item name={['name', 'zh']} label={t('admin.nameZh')} rules={[{ ...required, whitespace: true }]}><Input maxLength={100} /></Form.Item>
      <Form.Item name={['name', 'en']} label={t('admin.nameEn')}><Input maxLength={200} /></Form.Item>
      {kind === 'jurisdictions' && (
        <>
          {place('parent', t('admin.parent'))}
          <Form.Item name="level" label={t('admin.level')} rules={[required]}><Select options={levels.map((l) => ({ value: l, label: t(`level.${l}`) }))} /></Form.Item>
        </>
      )}
      {kind === 'owners' && (
        <Form.Item name="creditCode" label={t('admin.creditCode')} extra={t('admin.creditRule')} rules={[{ pattern: /^[0-9A-HJ-NPQRTUWXY]{18}$/, message: t('admin.creditRule') }]}><Input maxLength={18} /></Form.Item>
      )}
    </Ask>
  )
}

/** A department is one that the pack in force gives work to: another would never have any. */
function Code() {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Typed>()
  const place = Form.useWatch('jurisdiction', form)
  const all = useQuery(jurisdictions).data?.items ?? []
  const there = useQuery(departments).data?.items
  const hash = packFor(all, place)
  const pack = useQuery({ ...packOf(hash ?? ''), enabled: !!hash })
  const options = pack.data?.departments.filter((d) => !there?.some((o) => o.code === d.code && o.jurisdiction === place)).map((d) => ({ value: d.code, label: `${text(d.name)} (${d.code})` }))
  const choose = (code: string) => form.setFieldValue('name', pack.data?.departments.find((d) => d.code === code)?.name)
  return (
    <Form.Item name="code" label={t('admin.departmentCode')} extra={t('admin.departmentRule')} rules={[{ required: true, message: t('say.required') }]}>
      <Select disabled={!place} loading={pack.isFetching} showSearch={{ optionFilterProp: 'label' }} options={options} onChange={choose} />
    </Form.Item>
  )
}
