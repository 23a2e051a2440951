import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { speak } from '../words'

/** The other language. */
export function Tongue() {
  const { t, i18n } = useTranslation()
  const other = i18n.language === 'zh' ? 'en' : 'zh'
  return (
    <Button type="text" size="small" lang={other} onClick={() => void speak(other)}>
      {other === 'en' ? t('session.english') : t('session.chinese')}
    </Button>
  )
}
