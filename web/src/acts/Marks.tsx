import { Flex, Form, InputNumber, Progress, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { text } from '../words/format'
import type { About } from './choices'
import { leftOf, totalOf, type Mark } from './marks'

/** A mark for each criterion of the pack, with its weight, and what they come to. */
export function Marks({ name, about }: { name: string; about: About }) {
  const { t } = useTranslation()
  const { criteria, passMark, reviseMark } = about.pack.evaluation
  const given = Form.useWatch<Record<string, Mark> | undefined>(name)
  const most = criteria.reduce((sum, c) => sum + c.max, 0)
  const marks = criteria.map((c) => given?.[c.key])
  const [total, left] = [totalOf(marks), leftOf(marks)]
  return (
    <div className="marks">
      <Typography.Paragraph type="secondary">{t('desk.rule', { pass: passMark, revise: reviseMark })}</Typography.Paragraph>
      {criteria.map((c) => (
        <Form.Item
          key={c.key} name={[name, c.key]} label={<>{text(c.name)}<Typography.Text type="secondary" className="small aside">{t('desk.most', { max: c.max })} · {t('desk.weight', { percent: Math.round((100 * c.max) / most) })}</Typography.Text></>}
          rules={[{ required: true, message: t('session.required') }, { type: 'integer', min: 0, max: c.max, message: t('field.range', { from: 0, to: c.max }) }]}
        >
          <InputNumber<number> min={0} max={c.max} precision={0} inputMode="numeric" suffix={`/ ${c.max}`} className="mark" />
        </Form.Item>
      ))}
      <Flex align="center" gap="middle" wrap className="marks-total" role="status">
        <span>{t('desk.total')} <strong>{total}</strong> {t('desk.of', { most })}</span>
        <Progress percent={Math.round((100 * total) / most)} showInfo={false} size="small" className="grow" aria-hidden />
        {left > 0 && <Typography.Text type="secondary">{t('desk.leftOut', { count: left })}</Typography.Text>}
      </Flex>
    </div>
  )
}
