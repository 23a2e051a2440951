import { useQuery } from '@tanstack/react-query'
import { DatePicker, type DatePickerProps } from 'antd'
import dayjs from 'dayjs'

import { clock } from '../app/queries'
import { civilDay } from '../words/format'

/** Chooses a day, month or year. It opens at the day that the city's clock shows, which may be a simulated one. Enter takes what is typed, and does not send the form besides. */
export function DayPicker(props: DatePickerProps) {
  const { data } = useQuery(clock)
  return <DatePicker className="wide" showNow={false} onKeyDown={(e) => { if (e.key === 'Enter') e.preventDefault() }} {...(data ? { defaultPickerValue: dayjs(civilDay(data.now)) } : {})} {...props} />
}
