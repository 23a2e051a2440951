import { Flex, Spin } from 'antd'
import { useTranslation } from 'react-i18next'

export function Waiting() {
  const { t } = useTranslation()
  return <Flex justify="center" className="waiting"><Spin description={t('say.loading')}><span className="waiting-room" /></Spin></Flex>
}
