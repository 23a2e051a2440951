import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Alert, Button, Card, Flex, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, send, whole, type Schemas } from '../api/client'
import { faultsOf } from '../parts/faults'
import { Says } from '../parts/Says'
import { me } from './queries'

type Change = Schemas['PasswordChange'] & { again: string }

/** A new password; the first thing asked of whoever came in with one for a single time. */
export function ChangePassword({ must = false }: { must?: boolean }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [form] = Form.useForm<Change>()
  const [failure, setFailure] = useState<unknown>()
  const ways = useQuery({ queryKey: ['ways'], staleTime: Infinity, queryFn: ({ signal }) => whole(api.GET('/session', { signal })) })
  const change = async (given: Change) => {
    try {
      setFailure(undefined)
      await send('/me/password', { old: given.old, new: given.new } satisfies Schemas['PasswordChange'], { method: 'PUT' })
      form.resetFields()
      message.success(t('session.changed'))
      await client.invalidateQueries({ queryKey: me.queryKey })
    } catch (e) {
      setFailure(e)
      form.setFields(faultsOf(e) as never)
    }
  }
  const required = [{ required: true, message: t('session.required') }]
  const fields = (
    <>
      {must && <Alert type="info" showIcon title={t('session.mustChange')} className="spaced" />}
      <Says failure={failure} acting />
      {ways.data && <Rules rules={ways.data.password} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={change}>
        <Form.Item name="old" label={t('session.oldPassword')} rules={required}><Input.Password autoComplete="current-password" /></Form.Item>
        <Form.Item name="new" label={t('session.newPassword')} rules={required}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item
          name="again" label={t('session.again')} dependencies={['new']}
          rules={[...required, ({ getFieldValue }) => ({
            validator: (_, v) => (v === getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(t('session.differ')))),
          })]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit">{t('session.change')}</Button>
      </Form>
    </>
  )
  return must ? <Flex component="main" align="center" justify="center" className="door"><Card className="door-card">{fields}</Card></Flex> : fields
}

/** What is asked of a password. */
function Rules({ rules }: { rules: Schemas['PasswordRules'] }) {
  const { t } = useTranslation()
  const asked = [
    t('mine.passwordRule', { length: rules.length }), rules.classes > 1 && t('mine.passwordClasses', { classes: rules.classes }), rules.history > 0 && t('mine.passwordHistory', { history: rules.history }),
  ].filter(Boolean)
  return <Typography.Paragraph type="secondary" className="small">{asked.join(t('mine.comma'))}{t('mine.stop')}{t('mine.passwordElse')}</Typography.Paragraph>
}
