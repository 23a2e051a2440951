import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'

const paint = { green: 'green', excused: 'default', yellow: 'gold', red: 'red' } as const

/** A lamp: never by colour alone. */
export function Lamp({ colour, children }: { colour: Schemas['Colour']; children?: string }) {
  const { t } = useTranslation()
  return <Tag color={paint[colour]}>{children ?? t(`colour.${colour}`)}</Tag>
}
