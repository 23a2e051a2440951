import { useQuery } from '@tanstack/react-query'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'

import { clock } from '../app/queries'

const form = 'YYYY-MM-DD'
const date = (d?: string) => (d && dayjs(d).isValid() ? dayjs(d) : null)

/** Chooses by the day on which work is due. */
export function DueRange({ from, to, choose }: { from?: string; to?: string; choose: (from?: string, to?: string) => void }) {
  const { t } = useTranslation()
  const { data } = useQuery(clock)
  // The civil day, wherever the reader's machine is: presets count from it.
  const today = data && dayjs(new Date(Date.parse(data.now) + 8 * 3_600_000).toISOString().slice(0, 10))
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
