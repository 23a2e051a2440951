import { useQuery } from '@tanstack/react-query'
import { Alert, App, Flex, Form, Input, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { departments, jurisdictions, owners, units } from '../app/queries'
import { Ask } from '../parts/Ask'
import { DayPicker } from '../parts/DayPicker'
import { begins, ends } from '../parts/span'
import { text } from '../words/format'
import { administers, partyOf, roles } from './roles'

export interface Typed {
  role: Schemas['Role']
  jurisdiction?: string
  party?: string
  covers?: string
  from?: Dayjs | null
  to?: Dayjs | null
}

/** What was typed, as the contract wants it. */
export const given = ({ role, jurisdiction, party, covers, from, to }: Typed): Schemas['NewPost'] => ({
  role, jurisdiction, party: partyOf(role) && party?.trim(), covers: administers(role) ? undefined : covers, from: begins(from), to: ends(to),
})

/** A post for an account: what, where, of whom, from when until when, and for whom it stands in. */
export function Give({ user, again, close }: { user: Schemas['User']; again: () => Promise<void>; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const give = async (typed: Typed) => {
    await send(`/users/${encodeURIComponent(user.id)}/posts`, given(typed))
    message.success(t('admin.given'))
    await again()
  }
  return (
    <Ask<Typed> title={`${t('admin.give')} · ${user.name}`} ok={t('admin.give')} submit={give} close={close}>
      <What user={user.id} />
    </Ask>
  )
}

function What({ user }: { user: string }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Typed>()
  const role = Form.useWatch('role', form)
  const jurisdiction = Form.useWatch('jurisdiction', form)
  const covers = Form.useWatch('covers', form)
  const places = useQuery(jurisdictions).data?.items
  const required = { required: true, message: t('say.required') }
  const apart = administers(role)
  return (
    <>
      <Form.Item name="role" label={t('admin.role')} rules={[required]}>
        <Select options={roles.map((r) => ({ value: r, label: t(`role.${r}`) }))} onChange={() => form.setFieldsValue({ party: undefined, covers: undefined })} />
      </Form.Item>
      {apart && <Alert type="info" showIcon className="spaced" title={t('admin.adminRule')} />}
      <Form.Item name="jurisdiction" label={t('admin.jurisdiction')} rules={apart ? [] : [required]} extra={apart && t('admin.jurisdictionAll')}>
        <Select allowClear={apart} showSearch={{ optionFilterProp: 'label' }} options={places?.filter((j) => !j.closed).map((j) => ({ value: j.code, label: text(j.name) }))} onChange={() => form.setFieldsValue({ party: undefined, covers: undefined })} />
      </Form.Item>
      {partyOf(role) && (
        <Form.Item name="party" label={t(role === 'expert' ? 'admin.partyExpert' : 'admin.party')} rules={[required]}>
          {role === 'expert' ? <Input maxLength={64} autoComplete="off" /> : <Party kind={partyOf(role)!} jurisdiction={jurisdiction} />}
        </Form.Item>
      )}
      <Flex gap="middle" wrap>
        <Form.Item name="from" label={t('admin.from')} extra={t('admin.fromRule')}><DayPicker className="day" /></Form.Item>
        <Form.Item name="to" label={t('admin.to')} extra={t(covers ? 'admin.toNeeded' : 'admin.toRule')} rules={covers ? [required] : []}><DayPicker className="day" /></Form.Item>
      </Flex>
      {role && !apart && <Form.Item name="covers" label={t('admin.covers')} extra={t('admin.coversRule')}><Covered but={user} /></Form.Item>}
    </>
  )
}

type Controlled = { id?: string; value?: string; onChange?: (v?: string) => void }

function Party({ kind, jurisdiction, ...control }: Controlled & { kind: 'department' | 'unit' | 'owner' | 'expert'; jurisdiction?: string }) {
  const all = { department: useQuery(departments).data?.items, unit: useQuery(units).data?.items, owner: useQuery(owners).data?.items, expert: undefined }[kind]
  const options = all?.filter((p) => !p.closed && (kind !== 'department' || p.jurisdiction === jurisdiction)).map((p) => ({ value: p.code, label: text(p.name) }))
  return <Select {...control} showSearch={{ optionFilterProp: 'label' }} options={options} />
}

/** Who holds the post that is covered. */
function Covered({ but, ...control }: Controlled & { but: string }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Typed>()
  const role = Form.useWatch('role', form)
  const party = Form.useWatch('party', form)
  const jurisdiction = Form.useWatch('jurisdiction', form)
  const query = { role, party: party || undefined, jurisdiction: jurisdiction || undefined, limit: 100 }
  const found = useQuery({
    queryKey: ['users', query], enabled: !!role && !!jurisdiction && (!partyOf(role) || !!party),
    queryFn: ({ signal }) => whole(api.GET('/users', { params: { query }, signal })),
  })
  return (
    <Select
      {...control} allowClear showSearch={{ optionFilterProp: 'label' }} loading={found.isFetching} notFoundContent={t('admin.coversNone')}
      options={found.data?.items.filter((u) => u.id !== but).map((u) => ({ value: u.id, label: `${u.name} (${u.account})` }))}
    />
  )
}
