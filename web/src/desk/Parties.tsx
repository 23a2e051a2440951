import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { departments, owners, units } from '../app/queries'
import { text } from '../words/format'

/** Chooses whose work is shown, as “kind/code”. */
export function Parties({ value, choose }: { value?: string; choose: (party?: string) => void }) {
  const { t } = useTranslation()
  const named = (kind: string, all: readonly { code: string; name: { zh: string; en: string } }[] | undefined) =>
    [...new Map(all?.map((p) => [p.code, p])).values()].map((p) => ({ value: `${kind}/${p.code}`, label: text(p.name) }))
  const options = [
    { label: t('party.department'), options: named('department', useQuery(departments).data?.items) },
    { label: t('party.unit'), options: named('unit', useQuery(units).data?.items) },
    { label: t('party.owner'), options: named('owner', useQuery(owners).data?.items) },
    { label: t('say.more'), options: (['office', 'leader'] as const).map((k) => ({ value: k, label: t(`party.${k}`) })) },
  ]
  return <Select allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('desk.party')} aria-label={t('desk.party')} value={value} onChange={(v?: string) => choose(v)} popupMatchSelectWidth={false} className="pick" options={options} />
}
