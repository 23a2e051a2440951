import { InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'

/** Money in units of ten thousand; not rounded, since what is typed over keeps its fen. */
export function Money(control: { value?: number; onChange?: (v: number | null) => void; id?: string; disabled?: boolean }) {
  const { t } = useTranslation()
  return <InputNumber<number> {...control} min={0} max={900_000_000} suffix={t('field.wan')} className="wide" />
}
