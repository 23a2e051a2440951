import { Tag, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { moment } from '../words/format'

/** Whether somebody can sign in. */
export function Status({ user }: { user: Schemas['User'] }) {
  const { t } = useTranslation()
  return (
    <>
      {user.unused
        ? <Tooltip title={t('admin.unusedWhy')}><Tag>{t('admin.unused')}</Tag></Tooltip>
        : <Tag color={user.disabled ? 'default' : 'green'}>{t(user.disabled ? 'admin.disabled' : 'admin.enabled')}</Tag>}
      {user.lockedUntil && <Tooltip title={t('admin.lockedUntil', { at: moment(user.lockedUntil) })}><Tag color="red">{t('admin.locked')}</Tag></Tooltip>}
    </>
  )
}
