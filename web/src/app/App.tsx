import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { listen } from '../api/client'
import { lost } from '../parts/lost'
import { Mended } from '../parts/Mended'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { ChangePassword } from './ChangePassword'
import { Pages } from './Pages'
import { Proof } from './Proof'
import { me } from './queries'
import { Shell } from './Shell'
import { SignIn } from './SignIn'

const theme = {
  token: {
    colorPrimary: '#1f4e8c',
    borderRadius: 4,
    // The usual greys and colours are too pale for weak eyes (WCAG 1.4.3 asks for 4.5:1).
    colorTextTertiary: '#595959',
    colorLink: '#1f4e8c',
    colorInfo: '#1f4e8c',
    colorInfoBg: '#e8f0fb',
    colorError: '#cf1322',
    colorErrorBg: '#fff2f0',
    colorWarning: '#ad6800',
    colorWarningBg: '#fffbe6',
    colorWarningBorder: '#ffe58f',
    colorSuccess: '#237804',
    colorSuccessBg: '#f6ffed',
    colorTextDescription: '#595959',
    colorTextPlaceholder: '#6b6b6b',
    fontFamily: '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  },
}

export function App() {
  const { i18n } = useTranslation()
  return (
    <ConfigProvider locale={i18n.language === 'zh' ? zhCN : enGB} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp>
        <Proof />
        <Mended><Door /></Mended>
      </AntApp>
    </ConfigProvider>
  )
}

/** What was read by somebody; not who he is, and not how one may sign in. */
const isRead = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== me.queryKey[0] && queryKey[0] !== 'ways'

/** Lets in who is signed in. What has been typed stays behind the door when a session ends. */
function Door() {
  const client = useQueryClient()
  const who = useQuery(me)
  const [ended, setEnded] = useState(false)
  useEffect(() => listen(() => {
    if (client.getQueryData(me.queryKey)) setEnded(true)
  }), [client])
  const empty = who.data === null
  useEffect(() => {
    if (empty) client.removeQueries({ predicate: isRead }) // whoever leaves takes along what he has read
  }, [client, empty])
  if (who.isPending) return <Waiting />
  if (lost(who)) return <Says failure={who.error} />
  if (!who.data) return <SignIn />
  if (who.data.mustChangePassword) return <ChangePassword must />
  return (
    <>
      {ended && <Ended entered={() => setEnded(false)} />}
      <div hidden={ended}>
        <Shell><Mended><Pages /></Mended></Shell>
      </div>
    </>
  )
}

/** The door, come down before everything: nothing behind it can be reached, an open form neither, which would else keep the keyboard to itself. */
function Ended({ entered }: { entered: () => void }) {
  const { t } = useTranslation()
  const door = useRef<HTMLDialogElement>(null)
  const shut = () => {
    if (!door.current?.open) door.current?.showModal()
    door.current?.querySelector('input')?.focus()
  }
  useEffect(shut, [])
  return <dialog ref={door} tabIndex={-1} className="over" aria-label={t('session.title')} onCancel={(e) => e.preventDefault()} onKeyDown={(e) => { if (e.key === 'Escape') e.stopPropagation() }} onClose={shut}><SignIn ended entered={entered} /></dialog>
}
