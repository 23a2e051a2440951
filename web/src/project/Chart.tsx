import { MinusOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Flex, Segmented, Tooltip } from 'antd'
import { useEffect, useMemo, useRef, useState, type CSSProperties, type PointerEvent as Pointer, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { moment, shortDay, text } from '../words/format'
import { moved, ticks, x, zoomed, type Scale } from './scale'

type ChartRow = Schemas['ChartRow']
type Bar = Schemas['ChartBar']
type Mark = Schemas['ChartMark']

const lane = 18
const head = 28
const padding = 5
const labels = 190
const day1 = 86_400_000
const views = { years: 3 * 365, year: 365, quarter: 91, month: 31, week: 7, day: 1 } as const
type View = keyof typeof views

/** A whole life: phases, work, pauses, escalations, with what was due when. Every stroke leads to the record. */
export function Chart({ project, rows, now }: { project: string; rows: readonly ChartRow[]; now: number }) {
  const { t } = useTranslation()
  const room = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(900)
  const life = useMemo(() => span(rows, now), [rows, now])
  const [seen, setSeen] = useState<{ from: number; to: number }>()
  const scale: Scale = { ...(seen ?? life), width }
  const look = (s: Scale) => setSeen({ from: s.from, to: s.to })
  const show = (view: View) => {
    const length = views[view] * day1
    const middle = Math.min(Math.max((scale.from + scale.to) / 2, life.from), life.to)
    const kept = Math.abs(middle - now) < length ? now : middle
    setSeen({ from: kept - length / 2, to: kept + length / 2 })
  }
  useEffect(() => {
    const box = room.current
    if (!box) return
    const measured = new ResizeObserver(([e]) => e && setWidth(Math.max(240, e.contentRect.width - labels)))
    measured.observe(box)
    return () => measured.disconnect()
  }, [])
  useEffect(() => {
    const box = room.current
    if (!box) return
    const wheel = (e: WheelEvent) => {
      if (!e.ctrlKey && !e.metaKey) return // else the page could not be scrolled
      e.preventDefault()
      setSeen((old) => zoomed({ ...(old ?? life), width }, e.deltaY > 0 ? 1.25 : 0.8, Math.max(0, e.clientX - box.getBoundingClientRect().left - labels)))
    }
    box.addEventListener('wheel', wheel, { passive: false })
    return () => box.removeEventListener('wheel', wheel)
  }, [life, width])
  const drag = useRef<{ x: number; from: Scale }>(undefined)
  const pull = (e: Pointer) => drag.current && look(moved(drag.current.from, drag.current.x - e.clientX))
  const laid = useMemo(() => rows.map((r) => ({ row: r, lanes: lanes(r.bars, now) })), [rows, now])
  const tops = laid.reduce<number[]>((all, r) => [...all, all.at(-1)! + 2 * padding + lane * Math.max(1, ...r.lanes.map((l) => l + 1))], [head])
  const height = tops.at(-1)!
  const presently = (Object.keys(views) as View[]).find((v) => Math.abs((scale.to - scale.from) / day1 / views[v] - 1) < 0.02)
  return (
    <div>
      <Flex gap="small" wrap className="bar no-print" align="center">
        <div className="scrolled">
          <Segmented<View | 'all'> value={seen ? presently : 'all'} onChange={(v) => (v === 'all' ? setSeen(undefined) : show(v))}
            options={[{ value: 'all', label: t('chart.all') }, ...(Object.keys(views) as View[]).map((v) => ({ value: v, label: t(`chart.${v}`) }))]} />
        </div>
        <Button icon={<PlusOutlined />} aria-label={t('chart.nearer')} onClick={() => look(zoomed(scale, 0.5, width / 2))} />
        <Button icon={<MinusOutlined />} aria-label={t('chart.farther')} onClick={() => look(zoomed(scale, 2, width / 2))} />
        <Button onClick={() => look({ ...scale, from: now - (scale.to - scale.from) / 2, to: now + (scale.to - scale.from) / 2 })}>{t('chart.today')}</Button>
        <Legend />
      </Flex>
      <div ref={room} className="chart" style={{ '--print-zoom': Math.min(1, 1000 / (width + labels)) } as CSSProperties} role="group" aria-label={t('chart.title')} tabIndex={0}
        onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') look(moved(scale, -width / 8))
          else if (e.key === 'ArrowRight') look(moved(scale, width / 8))
          else if (e.key === '+' || e.key === '=') look(zoomed(scale, 0.5, width / 2))
          else if (e.key === '-') look(zoomed(scale, 2, width / 2))
          else return
          e.preventDefault()
        }}
      >
        <div className="chart-names" style={{ width: labels, height }}>
          {laid.map(({ row }, i) => <div key={row.key} className="chart-name" style={{ top: tops[i], height: tops[i + 1]! - tops[i]! }} title={text(row.name)}>{text(row.name)}</div>)}
        </div>
        <svg width={width} height={height} className="chart-picture"
          onPointerDown={(e) => { drag.current = { x: e.clientX, from: scale } }} onPointerMove={pull} onPointerUp={() => { drag.current = undefined }} onPointerLeave={() => { drag.current = undefined }}>
          <defs>
            <pattern id="still" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff" /><line x1="0" y1="0" x2="0" y2="6" stroke="#d48806" strokeWidth="4" /></pattern>
          </defs>
          {ticks(scale).map((tick) => (
            <g key={tick.at} transform={`translate(${x(scale, tick.at)} 0)`}>
              <line y1={head - 6} y2={height} className="tick" />
              <text x="3" y={head - 4} className="tick-name">{tickName(tick.at, tick.unit)}</text>
            </g>
          ))}
          {laid.map(({ row, lanes: at }, i) => (
            <g key={row.key} transform={`translate(0 ${tops[i]})`}>
              <line x2={width} className="row-line" />
              {row.bars.map((b, n) => <Stroke key={`${b.opened}-${n}`} project={project} bar={b} scale={scale} now={now} y={padding + at[n]! * lane} />)}
              {row.marks.map((m) => <Sign key={`${m.seq}`} project={project} mark={m} scale={scale} y={(tops[i + 1]! - tops[i]!) / 2} />)}
            </g>
          ))}
          <g transform={`translate(${x(scale, now)} 0)`} className="now"><line y1={head - 8} y2={height} /><text y={10} textAnchor="middle">{t('chart.today')}</text></g>
        </svg>
      </div>
    </div>
  )
}

/** From the first line to what comes last, with some room. */
function span(rows: readonly ChartRow[], now: number): { from: number; to: number } {
  const times = rows.flatMap((r) => [...r.bars.flatMap((b) => [b.from, b.to, b.due]), ...r.marks.map((m) => m.at)]).filter((v) => v !== undefined).map((v) => Date.parse(v))
  const from = Math.min(now, ...times)
  const to = Math.max(now, ...times)
  const room = Math.max(day1, (to - from) * 0.03)
  return { from: from - room, to: to + room }
}

/** In which lane each bar of a row lies, so that none covers another. */
export function lanes(bars: readonly Bar[], now: number): number[] {
  const ends: number[] = []
  const at: number[] = []
  const order = bars.map((_, i) => i).sort((a, b) => Date.parse(bars[a]!.from) - Date.parse(bars[b]!.from))
  for (const i of order) {
    const b = bars[i]!
    const from = Date.parse(b.from)
    let free = ends.findIndex((end) => end <= from)
    if (free < 0) free = ends.length
    ends[free] = Math.max(b.to ? Date.parse(b.to) : now, from)
    at[i] = free
  }
  return at
}

const tickName = (at: number, unit: string): string => {
  const iso = new Date(at).toISOString()
  return unit === 'hour' ? moment(iso) : unit === 'day' ? shortDay(iso) : unit === 'month' ? monthName(at) : String(new Date(at + 8 * 3_600_000).getUTCFullYear())
}

const monthName = (at: number) => {
  const d = new Date(at + 8 * 3_600_000)
  return `${d.getUTCFullYear()}-${String(d.getUTCMonth() + 1).padStart(2, '0')}`
}

/** In whose colour a bar is: who has the work. Waiting for quota and supplying what is missing are nobody's progress, and look like it. */
const who = (b: Bar) => (b.phase ? 'phase' : b.kind === 'quota' ? 'waiting' : b.kind === 'supplement' ? 'supplement' : (b.party?.kind ?? 'office'))

/** Whether a due mark still says something: the work is open, or it was late. */
export const dueShown = (b: Bar): boolean => b.phase === undefined && b.due !== undefined && (b.to === undefined || Date.parse(b.to) > Date.parse(b.due))

/** One piece of work: in the colour of whoever has it, red from where it was due. */
function Stroke({ project, bar, scale, now, y }: { project: string; bar: Bar; scale: Scale; now: number; y: number }) {
  const { t } = useTranslation()
  const from = x(scale, Date.parse(bar.from))
  const end = bar.to ? Date.parse(bar.to) : Math.max(now, Date.parse(bar.from))
  const to = x(scale, end)
  if (to < -20 || from > scale.width + 20) return null
  const due = bar.due && Date.parse(bar.due)
  const over = due && due < end ? x(scale, due) : undefined
  const says = [
    text(bar.name), bar.to ? t('chart.fromTo', { from: moment(bar.from), to: moment(bar.to) }) : t('chart.since', { from: moment(bar.from) }),
    bar.due && t('chart.due', { due: moment(bar.due) }), bar.firstDue && bar.due && bar.firstDue !== bar.due && t('chart.firstDue', { due: moment(bar.firstDue) }), over !== undefined && t('chart.over'),
  ].filter(Boolean)
  const picture: ReactNode = (
    <g transform={`translate(0 ${y})`}>
      <rect x={from} width={Math.max(3, to - from)} y={3} height={lane - 6} rx={2} className={`bar-${who(bar)}${bar.to ? '' : ' going'}`} />
      {over !== undefined && <rect x={over} width={Math.max(2, to - over)} y={3} height={lane - 6} className="bar-over" />}
      {(bar.pauses ?? []).map((p) => {
        const a = Math.max(from, x(scale, Date.parse(p.from)))
        const b = Math.min(to, p.to ? x(scale, Date.parse(p.to)) : to)
        return b > a && <rect key={p.from} x={a} width={b - a} y={3} height={lane - 6} fill="url(#still)" opacity={0.75} />
      })}
      {due && dueShown(bar) && <line x1={x(scale, due)} x2={x(scale, due)} y1={1} y2={lane - 1} className="due-line" />}
      {bar.phase && to - from > 40 && <text x={Math.max(from, 0) + 4} y={lane - 6} className="phase-name">{text(bar.name)}</text>}
    </g>
  )
  const place = bar.task ? pathOf({ project, key: bar.task }) : `/projects/${project}/timeline?at=${bar.opened}`
  return <Tooltip title={says.map((s, i) => <div key={i}>{s}</div>)}><Link to={place} aria-label={says.join('，')} draggable={false}>{picture}</Link></Tooltip>
}

const shapes: Record<string, ReactNode> = {
  small: <circle r="3" className="sign-small" />,
  warning: <path d="M0-6 6 5H-6z" className="sign-warning" />,
  grave: <path d="M0-7 7 0 0 7-7 0z" className="sign-grave" />,
  note: <rect x="-4" y="-4" width="8" height="8" rx="1" className="sign-note" />,
}

const shape = (m: Mark) => {
  if (m.rung === 'interview' || m.rung === 'criticism' || m.type === 'InterviewOpened') return 'grave'
  if (m.rung === 'supervision-notice' || m.rung === 'overdue') return 'warning'
  return m.rung ? 'small' : 'note'
}

/** One moment. */
function Sign({ project, mark, scale, y }: { project: string; mark: Mark; scale: Scale; y: number }) {
  const at = x(scale, Date.parse(mark.at))
  if (at < -10 || at > scale.width + 10) return null
  const says = [moment(mark.at), text(mark.text), mark.clause].filter(Boolean).join(' · ')
  return <Tooltip title={says}><Link to={`/projects/${project}/timeline?at=${mark.seq}`} aria-label={says} draggable={false}><g transform={`translate(${at} ${y})`}>{shapes[shape(mark)]}</g></Link></Tooltip>
}

function Legend() {
  const { t } = useTranslation()
  const bars = ['owner', 'department', 'office', 'unit', 'expert'] as const
  return (
    <span className="legend">
      {bars.map((b) => <span key={b}><svg width="14" height="10"><rect width="14" height="10" rx="2" className={`bar-${b}`} /></svg> {t(`party.${b}`)}</span>)}
      <span><svg width="14" height="10"><rect x="1" y="1" width="12" height="8" rx="2" className="bar-waiting" /></svg> {t('life.chart.waiting')}</span>
      <span><svg width="14" height="10"><rect x="1" y="1" width="12" height="8" rx="2" className="bar-supplement" /></svg> {t('life.chart.supplement')}</span>
      <span><svg width="10" height="12"><line x1="5" x2="5" y1="0" y2="12" className="due-line" /></svg> {t('life.chart.due')}</span>
      <span><svg width="14" height="10"><rect width="14" height="10" className="bar-over" /></svg> {t('colour.red')}</span>
      <span><svg width="14" height="10"><rect width="14" height="10" fill="#ffe7ba" stroke="#d48806" /></svg> {t('due.paused')}</span>
      <span><svg width="14" height="14" viewBox="-7 -7 14 14">{shapes.warning}</svg> {t('rungKind.supervision-notice')}</span>
      <span><svg width="14" height="14" viewBox="-7 -7 14 14">{shapes.grave}</svg> {t('rungKind.interview')}</span>
    </span>
  )
}
