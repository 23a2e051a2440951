import { Empty, Flex, Segmented, Table, Typography } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pathOf } from '../desk/paths'
import { Lamp } from '../parts/Lamp'
import { Pager, type Turned } from '../parts/Pager'
import { Says } from '../parts/Says'
import type { Scope } from '../project/filters'
import { day, moment, text } from '../words/format'
import { daysSince, worst } from './figures'
import { gravest } from './links'
import { grave } from './query'

type Row = Schemas['ProjectSummary']
type Colour = 'red' | 'yellow'

/** One lamp of a project; the first of them has the project's name. */
interface Line { row: Row; lamp: Schemas['Lamp']; span: number }

/** What is red or yellow: why, who, since when, and what follows by itself. */
export function Grave({ portfolio, scope, colour, look }: { portfolio: Schemas['Portfolio']; scope: Scope; colour: Colour; look: (colour: Colour) => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const [turned, setTurned] = useState<Turned>([])
  const list = useQuery(grave(scope, colour, 10, turned.at(-1)))
  const { asOf } = portfolio
  const lines: Line[] = (list.data?.items ?? []).flatMap((row) => worst(row).map((lamp, i, all) => ({ row, lamp, span: i === 0 ? all.length : 0 })))
  return (
    <>
      <Flex justify="space-between" align="center" gap="small" wrap className="bar">
        <Segmented
          className="no-print" value={colour} onChange={(c) => { setTurned([]); look(c) }}
          options={(['red', 'yellow'] as const).map((c) => ({ value: c, label: <><span className={`dot dot-${c}`} aria-hidden />{t(c === 'red' ? 'wall.onlyRed' : 'wall.onlyYellow')} {portfolio.colours[c]}</> }))}
        />
        <Link to={gravest(scope, colour)} className="no-print">{t('say.all')}</Link>
      </Flex>
      <Says failure={list.error} />
      <Table<Line>
        size="small" rowKey={({ row, lamp }) => `${row.id}/${lamp.kind}`} dataSource={lines} loading={list.isPending} pagination={false} scroll={{ x: 900 }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<>{t('wall.graveNone')}<br /><Typography.Text type="secondary">{t('wall.graveHint')}</Typography.Text></>} /> }}
        columns={[
          {
            title: t('inbox.project'), width: '26%', onCell: ({ span }) => ({ rowSpan: span }),
            render: (_, { row }) => <><Link to={`/projects/${row.id}`}>{row.name}</Link><br /><Typography.Text type="secondary" className="small">{t(`phase.${row.phase}`)} · {names.unit(row.unit)}</Typography.Text></>,
          },
          { title: t('wall.why'), render: (_, { row, lamp }) => <><Lamp colour={lamp.colour}>{t(`lamp.${lamp.kind}`)}</Lamp><Why row={row} lamp={lamp} /></> },
          { title: t('wall.who'), width: '16%', render: (_, { row, lamp }) => (lamp.party ? names.party(lamp.party, row.jurisdiction) : names.unit(row.unit)) },
          { title: t('wall.since'), width: '18%', render: (_, { lamp }) => <Since lamp={lamp} asOf={asOf} /> },
          { title: t('wall.next'), width: '16%', render: (_, { lamp }) => <Next lamp={lamp} /> },
        ]}
      />
      <Pager turned={turned} next={list.data?.next} turn={setTurned} />
    </>
  )
}

/** What a lamp burns for; the work itself where there is some. */
export function Why({ row, lamp }: { row: Row; lamp: Schemas['Lamp'] }) {
  return lamp.task ? <Link to={pathOf({ project: row.id, key: lamp.task })}>{text(lamp.reason)}</Link> : <>{text(lamp.reason)}</>
}

export function Since({ lamp, asOf }: { lamp: Schemas['Lamp']; asOf: string }) {
  const { t } = useTranslation()
  if (lamp.colour === 'red' && lamp.redAt) return <>{t('wall.redSince', { at: day(lamp.redAt), count: daysSince(lamp.redAt, asOf) })}</>
  if (!lamp.yellowAt) return null
  return <>{lamp.redAt ? t('wall.yellowSince', { at: day(lamp.yellowAt), red: moment(lamp.redAt) }) : t('wall.yellowSinceOnly', { at: day(lamp.yellowAt) })}</>
}

/** What follows by itself while nothing is done. */
export function Next({ lamp }: { lamp: Schemas['Lamp'] }) {
  const { t } = useTranslation()
  return <>{lamp.next ? t('task.rung', { at: day(lamp.next.at), kind: t(`rungKind.${lamp.next.kind}`) }) : t(lamp.task ? 'wall.climbed' : 'wall.nothingNext')}</>
}
