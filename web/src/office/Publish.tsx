import { UploadOutlined } from '@ant-design/icons'
import { Alert, Button, Flex, Input, Table, Upload } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Refused, send, Unreachable } from '../api/client'
import { Says } from '../parts/Says'

/** A text that is checked and published, with every fault by its line. What was typed stays. */
export function Publish<T>({ path, more, help, label, submit, most, extra, done }: { path: string; more?: object; help: string; label: string; submit: string; most: number; extra?: (put: (text: string) => void) => ReactNode; done: (answer: T) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const publish = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      done(await send<T>(path, { text, ...more }))
    } catch (e) {
      setFailure(e)
    } finally {
      setBusy(false)
    }
  }
  const faults = failure instanceof Refused ? failure.problem.errors ?? [] : []
  return (
    <Flex vertical gap="small">
      <Alert type="info" showIcon title={help} />
      <Flex gap="small" wrap>
        <Upload accept=".yaml,.yml,.txt" showUploadList={false} beforeUpload={async (f) => { setText(await f.text()); return false }}><Button icon={<UploadOutlined />}>{t('office.packs.pick')}</Button></Upload>
        {extra?.(setText)}
      </Flex>
      <Input.TextArea aria-label={label} placeholder={label} value={text} onChange={(e) => setText(e.target.value)} autoSize={{ minRows: 8, maxRows: 24 }} maxLength={most} className="code" spellCheck={false} />
      <Says failure={failure} acting />
      {faults.length > 0 && (
        <Table
          size="small" rowKey={(f) => `${f.line} ${f.column} ${f.field} ${f.code}`} dataSource={faults} pagination={false} title={() => t('office.packs.faults', { count: faults.length })} scroll={{ x: 480 }}
          columns={[{ title: t('office.packs.line'), width: 70, dataIndex: 'line' }, { title: t('office.packs.column'), width: 70, dataIndex: 'column' }, { title: t('office.table.problem'), dataIndex: 'detail' }, { title: '', width: 220, dataIndex: 'field', className: 'small' }]}
        />
      )}
      <div><Button type="primary" loading={busy} disabled={text.trim() === ''} onClick={() => void publish()}>{failure instanceof Unreachable ? t('say.sendAgain') : submit}</Button></div>
    </Flex>
  )
}
