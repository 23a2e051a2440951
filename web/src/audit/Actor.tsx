import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, whole } from '../api/client'

/** Chooses an account among all, found by its name. Whom one looks for is on the record, so it is asked once one has stopped typing. */
export function Actor({ value, choose }: { value?: string; choose: (actor?: string) => void }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  useEffect(() => {
    const still = setTimeout(() => setQ(typed.trim()), 500)
    return () => clearTimeout(still)
  }, [typed])
  const one = useQuery({ queryKey: ['users', 'one', value], enabled: !!value, staleTime: Infinity, queryFn: ({ signal }) => whole(api.GET('/users/{userId}', { params: { path: { userId: value! } }, signal })) })
  const found = useQuery({
    queryKey: ['users', 'find', q], enabled: open, staleTime: 60_000, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whole(api.GET('/users', { params: { query: { q: q || undefined, limit: 20 } }, signal })),
  })
  const named = [...(found.data?.items ?? []), ...(one.data && !found.data?.items.some((u) => u.id === value) ? [one.data.user] : [])]
  return (
    <Select
      allowClear placeholder={t('record.actor')} aria-label={t('record.actor')} value={value} onChange={(v?: string) => choose(v)} onOpenChange={setOpen} popupMatchSelectWidth={false} className="pick"
      showSearch={{ filterOption: false, onSearch: setTyped }} loading={found.isFetching} notFoundContent={t('admin.noAccounts')}
      options={named.map((u) => ({ value: u.id, label: u.name }))}
    />
  )
}
