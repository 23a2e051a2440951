import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, newKey, send, whole, type Schemas } from '../api/client'
import { Says } from '../parts/Says'

/** Gives several tasks to a colleague at once. */
export function Assign({ tasks, done }: { tasks: readonly Schemas['Task'][]; done: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<{ to: string; reason: string }>()
  const colleagues = useQuery({ queryKey: ['colleagues'], enabled: open, queryFn: ({ signal }) => whole(api.GET('/colleagues', { signal })) })
  const assign = async (given: { to: string; reason: string }) => {
    setBusy(true)
    setFailure(undefined)
    try {
      const result = await send<Schemas['ReassignmentResult']>('/tasks/reassign', { ...given, tasks: tasks.map((r) => ({ project: r.project, task: r.key })) }, { key })
      if (result.done.length) message.success(t('inbox.assigned', { count: result.done.length }))
      if (result.failed.length) message.warning(`${t('inbox.notAssigned', { count: result.failed.length })}: ${result.failed[0]!.problem.detail}`)
      await client.invalidateQueries({ queryKey: ['tasks'] })
      setOpen(false)
      form.resetFields()
      done()
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
    }
  }
  const required = [{ required: true, message: t('session.required') }]
  return (
    <>
      <Button type="primary" disabled={tasks.length === 0} onClick={() => { setKey(newKey()); setOpen(true) }}>{t('inbox.assign')}{tasks.length > 0 && ` (${tasks.length})`}</Button>
      <Modal open={open} title={t('inbox.assign')} okText={t('say.submit')} cancelText={t('session.cancel')} confirmLoading={busy} onOk={form.submit} onCancel={() => setOpen(false)}>
        <Says failure={failure} acting />
        <Form form={form} layout="vertical" onFinish={assign}>
          <Form.Item name="to" label={t('inbox.assignTo')} rules={required}>
            <Select showSearch={{ optionFilterProp: 'label' }} loading={colleagues.isPending} options={colleagues.data?.items.map((c) => ({ value: c.id, label: c.name }))} />
          </Form.Item>
          <Form.Item name="reason" label={t('inbox.reason')} rules={required}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        </Form>
      </Modal>
    </>
  )
}
