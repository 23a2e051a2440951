import { Alert, Form, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Unreachable } from '../api/client'
import { faultsOf } from './faults'
import { Says } from './Says'

interface Asked<T> {
  title: string
  ok: string
  /** Takes something away. */
  danger?: boolean
  initial?: object
  /** Sends what was typed; what it throws is said, at the fields where it concerns them. */
  submit: (typed: T) => Promise<void>
  close: () => void
  children?: ReactNode
}

/** A question that is sent to the server: shown while it is there, it stays with what was typed until it is done or given up. */
export function Ask<T extends object>({ title, ok, danger = false, initial, submit, close, children }: Asked<T>) {
  const { t } = useTranslation()
  const [form] = Form.useForm<T>()
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const send = async (typed: T) => {
    setBusy(true)
    setFailure(undefined)
    try {
      await submit(typed)
      close()
    } catch (e) {
      setFailure(e)
      form.setFields(faultsOf(e) as never)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open title={title} okText={ok} cancelText={t('session.cancel')} okButtonProps={{ danger }} mask={{ closable: false }}
      confirmLoading={busy} onOk={form.submit} onCancel={close}
    >
      {failure instanceof Unreachable ? <Alert type="error" showIcon role="alert" className="spaced" title={t('parts.unsure')} /> : <Says failure={failure} />}
      <Form<T> form={form} layout="vertical" initialValues={initial} onFinish={send} disabled={busy} scrollToFirstError>{children}</Form>
    </Modal>
  )
}
