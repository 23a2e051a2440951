import { FullscreenOutlined, PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Card, Empty, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { useSectors } from '../app/sectors'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { Filters, picked, scopeFilters } from '../project/filters'
import { moment } from '../words/format'
import { Ahead } from './Ahead'
import { Bars } from './Bars'
import { Figures } from './Figures'
import { Grave } from './Grave'
import { Lamps } from './Lamps'
import { kinds, projectsOf, withStatus } from './links'
import { enter, Meeting } from './Meeting'
import { Months } from './Months'
import { portfolio } from './query'
import './wall.css'

const controls = ['jurisdiction', 'sector', 'level', 'class'] as const

/** Where everything stands, at a glance; every figure leads to its records. */
export default function Wall() {
  const { t } = useTranslation()
  const names = useNames()
  const sectors = useSectors()
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const scope = picked(params, scopeFilters)
  const figures = useQuery(portfolio(scope))
  const look = (changed: Record<string, string | undefined>) =>
    setParams((old) => {
      for (const [k, v] of Object.entries(changed)) if (v) old.set(k, v); else old.delete(k)
      return old
    }, { replace: true })
  if (figures.isPending) return <Waiting />
  if (!figures.data) return <Says failure={figures.error} />
  const p = figures.data
  if (params.get('meeting')) return <Meeting portfolio={p} scope={scope} leave={() => look({ meeting: undefined })} />
  const nothing = p.all.projects === 0 && p.statuses.length === 0
  const narrowed = Object.keys(scope).length > 0
  return (
    <Page
      title={scope.jurisdiction ? `${t('wall.title')} · ${names.jurisdiction(scope.jurisdiction)}` : t('wall.title')}
      extra={
        <Flex gap="small" align="center" wrap className="wall-extra">
          <Typography.Text type="secondary" className="small">{t('wall.asOf', { at: moment(p.asOf) })}</Typography.Text>
          <Button className="no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>{t('say.print')}</Button>
          <Button className="no-print" type="primary" icon={<FullscreenOutlined />} title={t('wall.meetingWhy')} onClick={() => { enter(); look({ meeting: '1' }) }}>{t('wall.meeting')}</Button>
        </Flex>
      }
    >
      <Flex gap="small" wrap className="bar no-print">
        <Filters names={controls} params={params} look={(name, value) => look({ [name]: value })} />
        {narrowed && <Button type="link" onClick={() => look(Object.fromEntries(scopeFilters.map((f) => [f, undefined])))}>{t('say.reset')}</Button>}
      </Flex>
      <Says failure={figures.error} />
      {nothing ? (
        <Empty description={<>{t(narrowed ? 'wall.none' : 'wall.empty')}<br /><Typography.Text type="secondary">{t(narrowed ? 'wall.noneHint' : 'wall.emptyHint')}</Typography.Text></>}>
          {!narrowed && may('declare') && <Link to="/declare">{t('nav.declare')}</Link>}
        </Empty>
      ) : (
        <div className="wall">
          <Figures portfolio={p} scope={scope} />
          <Card size="small" title={t('wall.phases')} className="wall-third"><Bars group={t('wall.phases')} sums={p.phases} name={(k) => t(`phase.${k as 'approval'}`)} to={(phase) => projectsOf(scope, { phase })} /></Card>
          <Card size="small" title={t('wall.lamps')} className="wall-third"><Lamps lamps={p.lamps} scope={scope} /></Card>
          <Card size="small" title={t('wall.ahead')} className="wall-third wall-tall"><Ahead portfolio={p} scope={scope} days={Number(params.get('days')) || 30} kind={kinds.find((k) => k === params.get('ahead')) ?? 'tasks'} look={look} /></Card>
          <Card size="small" title={t('wall.months', { year: p.year })} className="wall-two"><Months portfolio={p} scope={scope} /></Card>
          <Card size="small" title={t('wall.grave')} className="wall-all"><Grave key={JSON.stringify(scope)} portfolio={p} scope={scope} colour={params.get('grave') === 'yellow' ? 'yellow' : 'red'} look={(c) => look({ grave: c === 'red' ? undefined : c })} /></Card>
          <Card size="small" title={t('wall.sectors')} className="wall-third"><Bars group={t('wall.sectors')} sums={p.sectors} name={sectors.name} to={(sector) => projectsOf(scope, { sector })} /></Card>
          <Card size="small" title={t('wall.levels')} className="wall-third"><Bars group={t('wall.levels')} sums={p.levels} name={(k) => t(`level.${k as 'city'}`)} to={(level) => projectsOf(scope, { level })} /></Card>
          <Card size="small" title={t('wall.statuses')} className="wall-third"><Bars group={t('wall.statuses')} sums={p.statuses} name={(k) => t(`status.${k as 'active'}`)} to={(status) => withStatus(scope, status)} /></Card>
        </div>
      )}
    </Page>
  )
}
