import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, AutoComplete, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { send, type Schemas } from '../api/client'
import { jurisdictions, owners, pack as packOf, units, useMe } from '../app/queries'
import { packFor } from '../masters/kinds'
import { Ask } from '../parts/Ask'
import { text } from '../words/format'

type Expert = Schemas['Expert']

/** An expert for the pool, or what is known of one. */
export function Edit({ of, close }: { of?: Expert; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { posts } = useMe()
  const save = async ({ code, jurisdiction, unit, specialities, conflictUnits }: Schemas['NewExpert']) => {
    const known = { unit: unit?.trim() || undefined, specialities, conflictUnits }
    if (of) await send(`/experts/${encodeURIComponent(of.code)}`, { ...known, retired: of.retired ?? false } satisfies Schemas['ExpertChange'], { method: 'PUT' })
    else await send('/experts', { code: code.trim(), jurisdiction, ...known } satisfies Schemas['NewExpert'])
    message.success(t('admin.done'))
    await client.invalidateQueries({ queryKey: ['experts'] })
  }
  return (
    <Ask<Schemas['NewExpert']>
      title={of ? `${t('admin.changeExpert')} · ${of.code}` : t('admin.addExpert')} ok={of ? t('say.save') : t('admin.addExpert')} submit={save} close={close}
      initial={of ?? { jurisdiction: posts.find((p) => p.role === 'office')?.jurisdiction }}
    >
      <Known fixed={of} />
    </Ask>
  )
}

function Known({ fixed }: { fixed?: Expert }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Schemas['NewExpert']>()
  const chosen = Form.useWatch('jurisdiction', form)
  const places = useQuery(jurisdictions).data?.items ?? []
  const hash = packFor(places, fixed?.jurisdiction ?? chosen)
  const pack = useQuery({ ...packOf(hash ?? ''), enabled: !!hash })
  const parties = [...(useQuery(units).data?.items ?? []), ...(useQuery(owners).data?.items ?? [])].map((p) => ({ value: p.code, label: `${text(p.name)} (${p.code})` }))
  const required = { required: true, message: t('say.required') }
  return (
    <>
      {!fixed && (
        <>
          <Form.Item name="code" label={t('admin.code')} extra={t('admin.codeRule')} rules={[required, { pattern: /^\s*[A-Za-z0-9._-]{1,64}\s*$/, message: t('admin.codeRule') }]}><Input maxLength={64} autoComplete="off" autoFocus /></Form.Item>
          <Form.Item name="jurisdiction" label={t('admin.jurisdiction')} rules={[required]}><Select showSearch={{ optionFilterProp: 'label' }} options={places.filter((j) => !j.closed).map((j) => ({ value: j.code, label: text(j.name) }))} /></Form.Item>
        </>
      )}
      <Form.Item name="specialities" label={t('admin.specialities')} rules={[required]}><Select mode="multiple" maxCount={20} loading={pack.isFetching} options={pack.data?.evaluation.specialities.map((s) => ({ value: s.key, label: text(s.name) }))} /></Form.Item>
      <Form.Item name="unit" label={t('admin.unit')} extra={t('admin.unitRule')} rules={[{ pattern: /^\s*[A-Za-z0-9._-]{0,64}\s*$/, message: t('admin.codeRule') }]}><AutoComplete allowClear showSearch={{ filterOption: (typed, o) => String(o?.label).toLowerCase().includes(typed.toLowerCase()) }} options={parties} /></Form.Item>
      <Form.Item name="conflictUnits" label={t('admin.conflictUnits')}><Select mode="multiple" allowClear showSearch={{ optionFilterProp: 'label' }} options={parties} /></Form.Item>
    </>
  )
}
