import { Alert, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { Refused, Unreachable } from '../api/client'

/** What went wrong, in words: the rule that refused, or that nobody knows. */
export function Says({ failure, acting = false }: { failure: unknown; acting?: boolean }) {
  const { t } = useTranslation()
  if (failure === undefined || failure === null) return null
  if (failure instanceof Refused) {
    const p = failure.problem
    return (
      <Alert
        type={p.status >= 500 ? 'error' : 'warning'}
        showIcon
        role="alert"
        className="spaced"
        title={p.detail ?? p.title}
        description={
          <Typography.Text type="secondary">
            {p.clause && `${t('say.clause')} ${p.clause} · `}
            {t('say.requestId')} <Typography.Text copyable={{ text: p.requestId }} type="secondary">{p.requestId.slice(0, 8)}</Typography.Text>
          </Typography.Text>
        }
      />
    )
  }
  const away = failure instanceof Unreachable
  return <Alert type="error" showIcon role="alert" className="spaced" title={away ? t(acting ? 'say.unknown' : 'say.unreachable') : t('say.failed')} />
}
