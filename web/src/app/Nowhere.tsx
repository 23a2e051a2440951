import { Button, Result } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

/** What is shown where there is nothing. */
export function Nowhere() {
  const { t } = useTranslation()
  const go = useNavigate()
  return <Result status="404" title={t('say.notFound')} subTitle={t('say.notFoundWhy')} extra={<Button onClick={() => void go('/')}>{t('say.home')}</Button>} />
}
