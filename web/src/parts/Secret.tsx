import { Alert, Button, Modal, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

/** What is shown this once and never again. */
export function Secret({ title, secret, why, close }: { title: string; secret: string; why: string; close: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open title={title} onCancel={close} mask={{ closable: false }} footer={<Button type="primary" onClick={close}>{t('parts.kept')}</Button>}>
      <Alert type="warning" showIcon className="spaced" title={t('parts.once')} />
      <Typography.Paragraph copyable={{ text: secret }} className="secret"><code>{secret}</code></Typography.Paragraph>
      <Typography.Paragraph type="secondary">{why}</Typography.Paragraph>
    </Modal>
  )
}
