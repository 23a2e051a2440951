import { DeleteOutlined } from '@ant-design/icons'
import { Button, Flex, Input, Popover, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useMe } from '../app/queries'

type Saved = Record<string, string>

/** Filters that I come back to. They are kept by this browser. */
export function SavedFilters({ params, use }: { params: URLSearchParams; use: (params: URLSearchParams) => void }) {
  const { t } = useTranslation()
  const place = `milepost.filters.${useMe().user.id}`
  const [saved, setSaved] = useState<Saved>(() => JSON.parse(localStorage.getItem(place) ?? '{}') as Saved)
  const [name, setName] = useState('')
  const keep = (all: Saved) => {
    localStorage.setItem(place, JSON.stringify(all))
    setSaved(all)
  }
  const content = (
    <Flex vertical gap="small">
      {Object.entries(saved).map(([n, query]) => (
        <Flex key={n} justify="space-between" gap="small">
          <Button type="link" size="small" onClick={() => use(new URLSearchParams(query))}>{n}</Button>
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${t('inbox.remove')} ${n}`} onClick={() => keep(Object.fromEntries(Object.entries(saved).filter(([k]) => k !== n)))} />
        </Flex>
      ))}
      {Object.keys(saved).length === 0 && <Typography.Text type="secondary">{t('say.none')}</Typography.Text>}
      <Flex gap="small">
        <Input size="small" value={name} maxLength={20} placeholder={t('inbox.nameIt')} aria-label={t('inbox.nameIt')} onChange={(e) => setName(e.target.value)} />
        <Button size="small" disabled={!name.trim()} onClick={() => { keep({ ...saved, [name.trim()]: params.toString() }); setName('') }}>{t('inbox.saveThis')}</Button>
      </Flex>
    </Flex>
  )
  return <Popover trigger="click" placement="bottomRight" content={content}><Button>{t('inbox.savedAs')}</Button></Popover>
}
