import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { money } from '../words/format'

/** Finds a project by its name; `first` are offered before anything is typed. */
export function ProjectChoice({ but, first, value, onChange, id }: { but?: string; first?: readonly Schemas['ProjectSummary'][]; value?: string; onChange?: (project: string) => void; id?: string }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  useEffect(() => {
    const rest = setTimeout(() => setQ(typed.trim()), 250)
    return () => clearTimeout(rest)
  }, [typed])
  const found = useQuery({
    queryKey: ['projects', 'found', q], enabled: !first || q !== '', placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/projects', { params: { query: { q: q || undefined, limit: 20 } }, signal })),
  })
  const options = ((q ? found.data?.items : (first ?? found.data?.items)) ?? []).filter((p) => p.id !== but).map((p) => ({ value: p.id, label: `${p.name} · ${money(p.investment)} · ${t(`phase.${p.phase}`)}` }))
  return (
    <Select
      className="full" id={id} value={value} onChange={onChange} showSearch={{ filterOption: false, onSearch: setTyped }} loading={found.isFetching} options={options}
      placeholder={t('attach.findProject')} notFoundContent={found.isFetching ? t('say.loading') : t('attach.nobodyFound')}
    />
  )
}
