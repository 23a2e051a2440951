import { CaretRightOutlined, CloseOutlined, PauseOutlined, StepForwardOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, ConfigProvider, Flex, Segmented, theme } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { Lamp } from '../parts/Lamp'
import type { Turned } from '../parts/Pager'
import type { Scope } from '../project/filters'
import { moment } from '../words/format'
import { AheadTable } from './Ahead'
import { Bars } from './Bars'
import { worst } from './figures'
import { Figures } from './Figures'
import { Next, Since, Why } from './Grave'
import { Lamps } from './Lamps'
import { projectsOf } from './links'
import { Months } from './Months'
import { grave, useCivilNow } from './query'

type Look = 'dark' | 'light'
const kept = 'milepost.meeting'
const pause = 15_000

/** Fills the screen, where the browser lets one: it does so only while somebody clicks. */
export function enter() {
  void document.documentElement.requestFullscreen?.().catch(() => undefined)
}

function exit() {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
}

/** The wall on the wall of a meeting room: large, and turning the red list by itself. */
export function Meeting({ portfolio: p, scope, leave }: { portfolio: Schemas['Portfolio']; scope: Scope; leave: () => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const now = useCivilNow()
  const [look, setLook] = useState<Look>(() => (localStorage.getItem(kept) === 'light' ? 'light' : 'dark'))
  useEffect(() => {
    // Esc leaves full screen by the browser's doing, and this by ours.
    const left = () => { if (!document.fullscreenElement) leave() }
    const key = (e: KeyboardEvent) => { if (e.key === 'Escape') leave() }
    document.addEventListener('fullscreenchange', left)
    document.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('fullscreenchange', left)
      document.removeEventListener('keydown', key)
    }
  }, [leave])
  const dark = look === 'dark'
  return (
    <ConfigProvider theme={{ algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm, token: { fontSize: 18, ...(dark ? { colorLink: '#9cc4ff', colorLinkHover: '#cfe2ff' } : {}) } }}>
      <main className={`meeting meeting-${look}`}>
        <Flex justify="space-between" align="center" wrap gap="small" className="meeting-head">
          <h1>{scope.jurisdiction ? `${names.jurisdiction(scope.jurisdiction)} · ${t('wall.title')}` : t('wall.title')}</h1>
          <span className="meeting-clock">{moment(now ?? p.asOf)}</span>
          <Flex gap="small" className="meeting-tools">
            <Segmented<Look> value={look} onChange={(l) => { localStorage.setItem(kept, l); setLook(l) }} options={[{ value: 'dark', label: t('wall.dark') }, { value: 'light', label: t('wall.light') }]} />
            <Button icon={<CloseOutlined />} onClick={() => { exit(); leave() }}>{t('wall.leave')}</Button>
          </Flex>
        </Flex>
        <Figures portfolio={p} scope={scope} />
        <section aria-label={t('wall.phases')} className="panel"><h2>{t('wall.phases')}</h2><Bars group={t('wall.phases')} sums={p.phases} name={(k) => t(`phase.${k as 'approval'}`)} to={(phase) => projectsOf(scope, { phase })} /></section>
        <section aria-label={t('wall.months', { year: p.year })} className="panel"><h2>{t('wall.months', { year: p.year })}</h2><Months portfolio={p} scope={scope} big dark={dark} /></section>
        <section aria-label={t('wall.lamps')} className="panel"><h2>{t('wall.lamps')}</h2><Lamps lamps={p.lamps} scope={scope} /></section>
        <section aria-label={t('wall.ahead')} className="panel"><h2>{t('wall.ahead')}</h2><AheadTable portfolio={p} scope={scope} /></section>
        <RedList portfolio={p} scope={scope} />
      </main>
    </ConfigProvider>
  )
}

/** The red projects, page after page. Who asks for less motion turns them himself. */
function RedList({ portfolio: p, scope }: { portfolio: Schemas['Portfolio']; scope: Scope }) {
  const { t } = useTranslation()
  const names = useNames()
  const [turned, setTurned] = useState<Turned>([])
  const [still, setStill] = useState(() => window.matchMedia('(prefers-reduced-motion: reduce)').matches)
  const { data } = useQuery(grave(scope, 'red', 4, turned.at(-1)))
  const next = data?.next
  const more = turned.length > 0 || !!next
  useEffect(() => {
    if (still || !more) return
    const turn = setTimeout(() => setTurned((old) => (next ? [...old, next] : [])), pause)
    return () => clearTimeout(turn)
  }, [still, more, next, turned])
  return (
    <section aria-label={t('wall.red')} className="panel meeting-red">
      <Flex justify="space-between" align="center" gap="small" wrap>
        <h2>{t('wall.red')} {t('wall.count', { count: p.colours.red })}</h2>
        {more && (
          <Flex gap="small" align="center" className="meeting-tools">
            <span>{t('wall.page', { from: turned.length + 1 })}</span>
            <Button icon={still ? <CaretRightOutlined /> : <PauseOutlined />} aria-pressed={still} onClick={() => setStill(!still)}>{t(still ? 'wall.resume' : 'wall.pause')}</Button>
            <Button icon={<StepForwardOutlined />} onClick={() => setTurned((old) => (next ? [...old, next] : []))}>{t('wall.turn')}</Button>
          </Flex>
        )}
      </Flex>
      {data?.items.length === 0 && <p className="meeting-good">{t('wall.allGreen')}</p>}
      <table className="meeting-list" aria-live="off">
        <thead className="unseen"><tr><th scope="col">{t('inbox.project')}</th><th scope="col">{t('wall.why')}</th><th scope="col">{t('wall.who')}</th><th scope="col">{t('wall.since')}</th><th scope="col">{t('wall.next')}</th></tr></thead>
        <tbody>
          {data?.items.map((r) => {
            const l = worst(r)[0]
            const others = worst(r).length - 1
            return l && (
              <tr key={r.id}>
                <th scope="row"><Link to={`/projects/${r.id}`}>{r.name}</Link></th>
                <td><Lamp colour="red">{t(`lamp.${l.kind}`)}</Lamp><Why row={r} lamp={l} />{others > 0 && <span className="faint"> {t('wall.more', { count: others })}</span>}</td>
                <td>{l.party ? names.party(l.party, r.jurisdiction) : names.unit(r.unit)}</td>
                <td><Since lamp={l} asOf={p.asOf} /></td>
                <td><Next lamp={l} /></td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
