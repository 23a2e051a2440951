import { Card, Col, Row, Segmented, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { ChangePassword } from '../app/ChangePassword'
import { useMe } from '../app/queries'
import { Page } from '../parts/Page'
import { speak, type Language } from '../words'
import { day } from '../words/format'
import { Posts } from './Posts'
import { Sessions } from './Sessions'
import { Tokens } from './Tokens'

/** Everybody's own: who I am, where I am signed in, and what acts in my name. */
export default function Me() {
  const { t, i18n } = useTranslation()
  const me = useMe()
  return (
    <Page title={t('nav.me')}>
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={16} className="stacked-cards">
          <Card size="small" title={`${me.user.name}${me.user.account ? ` · ${t('mine.account')} ${me.user.account}` : ''}`}><Posts posts={me.posts} empty={t('mine.noPosts')} /></Card>
          <Card size="small" title={t('mine.sessions')}><Sessions /></Card>
          <Card size="small" title={t('mine.tokens')}><Tokens /></Card>
        </Col>
        <Col xs={24} xl={8} className="stacked-cards">
          <Card size="small" title={t('mine.password')}>
            {me.passwordExpires && <Typography.Paragraph type="secondary">{t('mine.passwordExpires', { at: day(me.passwordExpires) })}</Typography.Paragraph>}
            <ChangePassword />
          </Card>
          <Card size="small" title={t('mine.language')}>
            <Segmented<Language> value={i18n.language as Language} onChange={(l) => void speak(l)} options={[{ value: 'zh', label: t('mine.chinese') }, { value: 'en', label: t('mine.english') }]} />
            <Typography.Paragraph type="secondary" className="after">{t('mine.languageWhy')}</Typography.Paragraph>
          </Card>
        </Col>
      </Row>
    </Page>
  )
}
