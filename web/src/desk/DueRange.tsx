import { useQuery } from '@tanstack/react-query'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

import { clock } from '../app/queries'
import { civilDay } from '../words/format'

const form = 'YYYY-MM-DD'
const date = (d?: string) => (d && dayjs(d).isValid() ? dayjs(d) : null)

/** Chooses by the day on which work is due. */
export function DueRange({ from, to, choose }: { from?: string; to?: string; choose: (from?: string, to?: string) => void }) {
  const { t } = useTranslation()
  const { data } = useQuery(clock)
  const today = data && dayjs(civilDay(data.now))
  return (
    <DatePicker.RangePicker
      value={[date(from), date(to)]} allowEmpty={[true, true]} placeholder={[t('desk.dueFrom'), t('desk.dueTo')]} className="days-range"
      {...(today ? { defaultPickerValue: [today, today] } : {})}
      presets={today && [
        { label: t('desk.overdue'), value: [null, today.subtract(1, 'day')] }, { label: t('desk.today'), value: [today, today] },
        { label: t('desk.week'), value: [today, today.add(6, 'day')] }, { label: t('desk.month'), value: [today, today.add(29, 'day')] },
      ]}
      onChange={(days) => choose(days?.[0]?.format(form), days?.[1]?.format(form))}
    />
  )
}
