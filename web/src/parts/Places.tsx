import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

import { jurisdictions } from '../app/queries'
import { text } from '../words/format'

/** Chooses a jurisdiction; those below it are meant too. */
export function Places({ value, choose }: { value?: string; choose: (jurisdiction?: string) => void }) {
  const { t } = useTranslation()
  const options = useQuery(jurisdictions).data?.items.map((j) => ({ value: j.code, label: text(j.name) }))
  return <Select allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('desk.jurisdiction')} aria-label={t('desk.jurisdiction')} value={value} onChange={(v?: string) => choose(v)} popupMatchSelectWidth={false} className="pick" options={options} />
}
