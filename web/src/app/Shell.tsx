import { BellOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, App, Badge, Button, Drawer, Dropdown, Flex, Grid, Layout, Menu, type MenuProps } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate } from 'react-router'

import { api, send, whole } from '../api/client'
import { useStream, Watched } from './live'
import { useNames } from './names'
import { places, placeOf, type Place } from './places'
import { me as meOf, queries, useMay, useMe } from './queries'
import { Simulated } from './Simulated'
import { Tongue } from './Tongue'

/** What is around every page: where one can go, who one is, and whether the connection stands. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [watched, setWatched] = useState<readonly string[]>([])
  const watch = useMemo(() => (project: string) => {
    setWatched((all) => [...all, project])
    return () => setWatched((all) => all.toSpliced(all.lastIndexOf(project), 1))
  }, [])
  const may = useMay()
  const connection = useStream(may('stream') ? ['inbox', ...new Set(watched.map((p) => `project/${p}`))] : [])
  const wide = Grid.useBreakpoint().lg ?? true
  const [open, setOpen] = useState(false)
  const here = placeOf(useLocation().pathname)
  return (
    <Watched.Provider value={watch}>
      <a className="skip" href="#content">{t('say.skip')}</a>
      <Layout className="shell">
        <Layout.Header className="head">
          <Flex align="center" gap="middle" className="head-line">
            {!wide && <Button type="text" icon={<MenuOutlined />} aria-label={t('say.menu')} onClick={() => setOpen(true)} className="on-dark" />}
            <Link to="/" className="brand">{t('name')}</Link>
            {wide ? <Ways here={here} mode="horizontal" /> : <span className="grow" />}
            {may('listNotices') && <Notices />}
            <Myself />
            <Tongue />
          </Flex>
        </Layout.Header>
        <Drawer open={open && !wide} onClose={() => setOpen(false)} placement="left" title={t('city')} size={260}>
          <Ways here={here} mode="inline" onGone={() => setOpen(false)} />
        </Drawer>
        <Simulated />
        {connection === 'cut' && <Alert banner type="warning" title={t('session.cut')} />}
        <Layout.Content id="content" className="content" tabIndex={-1}>{children}</Layout.Content>
      </Layout>
    </Watched.Provider>
  )
}

function Ways({ here, mode, onGone }: { here: string; mode: 'horizontal' | 'inline'; onGone?: () => void }) {
  const { t } = useTranslation()
  const may = useMay()
  const { posts } = useMe()
  const open = places.filter((p) => (!p.needs || may(p.needs)) && (!p.roles || posts.some((post) => p.roles?.includes(post.role))))
  const one = (p: Place) => ({ key: p.path, label: <Link to={p.path} onClick={onGone}>{t(`nav.${p.name}`)}</Link> })
  const items = open.flatMap((p): NonNullable<MenuProps['items']> => {
    const together = p.group ? open.filter((o) => o.group === p.group) : [p]
    if (together[0] !== p) return []
    return p.group && together.length > 1 ? [{ key: p.group, label: t(`nav.${p.group}`), children: together.map(one) }] : [one(p)]
  })
  const groups = mode === 'inline' ? { defaultOpenKeys: open.flatMap((p) => p.group ?? []) } : {}
  return <nav className="ways"><Menu theme={mode === 'horizontal' ? 'dark' : 'light'} mode={mode} selectedKeys={[here]} items={items} {...groups} /></nav>
}

function Notices() {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['notices', 'unread'],
    queryFn: ({ signal }) => whole(api.GET('/notices', { params: { query: { unread: true, limit: 1 } }, signal })),
  })
  return (
    <Link to="/notices" aria-label={`${t('nav.notices')} ${data?.unread ?? ''}`.trim()}>
      <Badge count={data?.unread ?? 0} size="small"><BellOutlined className="on-dark bell" /></Badge>
    </Link>
  )
}

function Myself() {
  const { t } = useTranslation()
  const who = useMe()
  const names = useNames()
  const go = useNavigate()
  const { message } = App.useApp()
  const leave = async () => {
    try {
      const answer = await send<{ location?: string } | undefined>('/session', undefined, { method: 'DELETE' })
      await queries.cancelQueries({ queryKey: meOf.queryKey })
      queries.setQueryData(meOf.queryKey, null)
      if (answer?.location) window.location.assign(answer.location)
    } catch {
      message.error(t('session.stillIn'))
    }
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          ...who.posts.map((p) => ({ key: p.id, label: names.post(p), disabled: true })),
          { type: 'divider' as const },
          { key: 'me', label: t('nav.me'), onClick: () => void go('/me') },
          { key: 'out', label: t('session.signOut'), onClick: () => void leave() },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={who.user.name} className="on-dark"><span className="my-name">{who.user.name}</span></Button>
    </Dropdown>
  )
}
