import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { App, Form, Input, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { Ask } from '../parts/Ask'

/** Keeps an expert off the panels of one project. */
export function Conflict({ of, close }: { of: Schemas['Expert']; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const note = async (given: Schemas['NewConflict']) => {
    await send(`/experts/${encodeURIComponent(of.code)}/conflicts`, given)
    message.success(t('admin.conflictDone'))
  }
  const required = { required: true, message: t('say.required') }
  return (
    <Ask<Schemas['NewConflict']> title={`${t('admin.conflict')} · ${of.code}`} ok={t('admin.conflict')} danger submit={note} close={close}>
      <Typography.Paragraph>{t('admin.conflictWhy')}</Typography.Paragraph>
      <Form.Item name="project" label={t('admin.project')} rules={[required]}><FindProject /></Form.Item>
      <Form.Item name="reason" label={t('admin.reason')} rules={[{ ...required, whitespace: true }]}><Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} showCount placeholder={t('admin.reasonRule')} /></Form.Item>
    </Ask>
  )
}

function FindProject(control: { id?: string; value?: string; onChange?: (v: string) => void }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const found = useQuery({
    queryKey: ['projects', 'find', q], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects', { params: { query: { q: q || undefined, limit: 20, sort: 'name' } }, signal })),
  })
  return (
    <Select
      {...control} showSearch={{ filterOption: false, onSearch: (typed) => setQ(typed.trim()) }} loading={found.isFetching} placeholder={t('admin.projectFind')} notFoundContent={t('projects.empty')}
      options={found.data?.items.map((p) => ({ value: p.id, label: p.name }))}
    />
  )
}
