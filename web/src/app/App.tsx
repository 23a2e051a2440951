import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { listen } from '../api/client'
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
    fontFamily: '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  },
}

export function App() {
  const { i18n } = useTranslation()
  return (
    <ConfigProvider locale={i18n.language === 'zh' ? zhCN : enGB} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp>
        <Proof />
        <Door />
      </AntApp>
    </ConfigProvider>
  )
}

/** Lets in who is signed in. What has been typed stays behind the door when a session ends. */
function Door() {
  const client = useQueryClient()
  const who = useQuery(me)
  const [ended, setEnded] = useState(false)
  useEffect(() => listen(() => {
    if (client.getQueryData(me.queryKey)) setEnded(true)
  }), [client])
  if (who.isPending) return <Waiting />
  if (who.isError) return <Says failure={who.error} />
  if (!who.data) return <SignIn />
  if (who.data.mustChangePassword) return <ChangePassword must />
  return (
    <>
      {ended && <div className="over"><SignIn ended entered={() => setEnded(false)} /></div>}
      <div hidden={ended}>
        <Shell><Pages /></Shell>
      </div>
    </>
  )
}
