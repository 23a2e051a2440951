import { Form, Radio, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { DayPicker } from '../parts/DayPicker'
import { Attach, useUploaded } from './Attach'
import type { TypedPaper } from './body'
import type { About } from './choices'
import { papersFor } from './prefill'

/** Paper by paper: handed in now with its files, promised for a date where the pack lets it, or left out. */
export function Papers({ about }: { about: About }) {
  const { t } = useTranslation()
  const typed = (Form.useWatch('papers') ?? {}) as Record<string, TypedPaper | undefined>
  const uploaded = useUploaded()
  const papers = papersFor(about)
  const asked = about.act.operation === 'supplyPapers'
  return (
    <>
      {papers.map((p) => (
        <section key={p.key} className="paper" aria-label={p.name}>
          <div className="paper-name">
            <Typography.Text strong>{p.name}</Typography.Text> {p.deferrable && <Tag>{t('attach.deferrable')}</Tag>}
            {p.standard && <div className="small dim">{t(asked ? 'attach.asked' : 'attach.standard', { text: p.standard })}</div>}
          </div>
          <Form.Item name={['papers', p.key, 'how']} noStyle>
            <Radio.Group
              aria-label={p.name} size="small" optionType="button"
              options={(['given', ...(p.deferrable ? ['deferred' as const] : []), 'absent'] as const).map((how) => ({ value: how, label: t(`attach.${how}`) }))}
            />
          </Form.Item>
          {typed[p.key]?.how === 'given' && (
            <Form.Item name={['papers', p.key, 'files']} rules={[uploaded]} className="paper-files"><Attach project={about.project.row.id} post={about.act.post} /></Form.Item>
          )}
          {typed[p.key]?.how === 'deferred' && (
            <Form.Item name={['papers', p.key, 'due']} label={t('attach.promise')} rules={[{ required: true, message: t('session.required') }]} className="paper-files"><DayPicker /></Form.Item>
          )}
        </section>
      ))}
      {papers.length === 0 && <Typography.Paragraph>{t('attach.noPapers')}</Typography.Paragraph>}
      {papers.length > 0 && <Typography.Paragraph type="secondary">{t('attach.limits')}</Typography.Paragraph>}
    </>
  )
}
