import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { moment, pace } from '../words/format'
import { clock } from './queries'

/** Says that the time is not the real one, where it is not. */
export function Simulated() {
  const { t } = useTranslation()
  const { data } = useQuery(clock)
  const [passed, setPassed] = useState(0) // real milliseconds since the clock was read
  useEffect(() => {
    if (!data?.simulated) return
    const beat = setInterval(() => setPassed(Date.now() - data.read), 1000)
    return () => clearInterval(beat)
  }, [data])
  if (!data?.simulated) return null
  const now = moment(new Date(Date.parse(data.now) + Math.max(0, passed) * data.rate))
  return <Alert banner type="info" className="simulated" title={data.rate === 1 ? t('session.simulatedStill', { now }) : t('session.simulated', { now, pace: pace(data.rate) })} />
}
