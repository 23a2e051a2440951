import { Form, Input, Modal, Typography } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { provedBy, send } from '../api/client'
import { Says } from '../parts/Says'

/** Asks for the password again when a sensitive act needs it (OWN-213). */
export function Proof() {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ password: string }>()
  const [open, setOpen] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const answer = useRef<(proved: boolean) => void>(undefined)
  useEffect(() => {
    provedBy(() => new Promise((done) => {
      answer.current = done
      setFailure(undefined)
      setOpen(true)
    }))
  }, [])
  const end = (proved: boolean) => {
    setOpen(false)
    form.resetFields()
    answer.current?.(proved)
  }
  const confirm = async ({ password }: { password: string }) => {
    try {
      await send('/session/confirmation', { password })
      end(true)
    } catch (e) {
      setFailure(e)
    }
  }
  // Whatever asked for it stands open beneath.
  return (
    <Modal open={open} title={t('session.prove')} okText={t('session.confirm')} cancelText={t('session.cancel')} onCancel={() => end(false)} onOk={form.submit} forceRender zIndex={1500}>
      <Typography.Paragraph type="secondary">{t('session.proveWhy')}</Typography.Paragraph>
      <Says failure={failure} />
      <Form form={form} name="proof" layout="vertical" onFinish={confirm}>
        <Form.Item name="password" label={t('session.password')} rules={[{ required: true, message: t('session.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
