import { Button, Result } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'

/** Shows in place of a page that broke what can be done. Whoever goes to another page gets that. */
export function Mended({ children }: { children: ReactNode }) {
  return <Net at={useLocation().pathname}>{children}</Net>
}

class Net extends Component<{ at: string; children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override componentDidUpdate(before: { at: string }) {
    if (this.state.broken && before.at !== this.props.at) this.setState({ broken: false })
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const { t } = useTranslation()
  return <Result status="warning" title={<h1 className="door-title">{t('say.broken')}</h1>} subTitle={t('say.brokenWhy')} extra={<Button type="primary" onClick={() => window.location.reload()}>{t('say.reload')}</Button>} />
}
