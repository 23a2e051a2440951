import { useQuery } from '@tanstack/react-query'
import { Descriptions } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'
import { pack as packOf } from '../app/queries'
import { day, money, text } from '../words/format'

/** What was declared of a project. */
export function Declaration({ p }: { p: Schemas['Project'] }) {
  const { t } = useTranslation()
  const names = useNames()
  const pack = useQuery(packOf(p.pack)).data
  const f = p.profile
  const named = (all: readonly { key: string; name: Schemas['Text'] }[] | undefined, key: string | undefined) => text(all?.find((c) => c.key === key)?.name) || key
  const row = (label: string, children: React.ReactNode, wide = false) => (children ? [{ label, children, ...(wide ? { span: 'filled' as const } : {}) }] : [])
  return (
    <Descriptions
      size="small" column={{ xs: 1, md: 2, xl: 3 }} bordered
      items={[
        ...row(t('declaration.name'), f.name, true), ...row(t('declaration.unit'), names.unit(f.unit)), ...row(t('declaration.owner'), names.owner(f.owner)),
        ...row(t('declaration.level'), t(`level.${f.level}`)), ...row(t('declaration.procedure'), t(`procedure.${f.procedure}`)), ...row(t('declaration.sector'), named(pack?.library.sectors, f.sector)), ...row(t('declaration.kind'), named(pack?.library.kinds, f.kind)),
        ...row(t('declaration.investment'), money(f.investment)), ...row(t('declaration.funding'), named(pack?.library.fundings, f.funding)), ...row(t('declaration.government'), f.government ? t('say.yes') : ''),
        ...row(t('declaration.investmentUSD'), f.investmentUSD ? `${f.investmentUSD / 10_000} ${t('declaration.wanUSD')}` : ''), ...row(t('declaration.annualTax'), f.annualTax ? money(f.annualTax) : ''),
        ...row(t('project.planned'), `${day(f.plannedStart)}—${day(f.plannedCompletion)}`), ...row(t('declaration.specialities'), f.specialities?.map((s) => named(pack?.evaluation.specialities, s)).join('、')),
        ...row(t('declaration.tags'), f.tags?.map((s) => named(pack?.library.tags, s)).join('、')),
        ...row(t('declaration.asks'), f.asks?.map((a) => { const r = pack?.assurance.resources.find((o) => o.key === a.resource); return `${text(r?.name) || a.resource} ${a.amount} ${text(r?.unit)} (${a.year})` }).join('；'), true),
        ...row(t('declaration.summary'), f.summary, true), ...row(t('declaration.source'), f.source, true),
      ]}
    />
  )
}
