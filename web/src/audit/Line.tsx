import { Descriptions, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { placeOf, projectOf } from './subject'

const shown = (v: unknown): string => (typeof v === 'string' ? v : JSON.stringify(v))

function isChange(v: unknown): v is { was: unknown; is: unknown } {
  return typeof v === 'object' && v !== null && 'was' in v && 'is' in v
}

/** All that a line says, and what binds it to the line before. */
export function Line({ line, act }: { line: Schemas['AuditLine']; act: string }) {
  const { t } = useTranslation()
  const { detail } = line
  const project = projectOf(detail) ?? placeOf(line.subject)?.match(/^\/projects\/(.+)/)?.[1]
  return (
    <Descriptions
      size="small" column={1} bordered className="line"
      items={[
        { label: t('record.act'), children: `${act} · ${line.act}` },
        ...(project ? [{ label: t('record.project'), children: <Link to={`/projects/${project}/timeline`}>{project}</Link> }] : []),
        ...Object.entries(detail).map(([name, v]) => ({
          label: name, children: <span className="breaks">{isChange(v) ? `${t('record.was')} ${shown(v.was)} → ${t('record.is')} ${shown(v.is)}` : shown(v)}</span>,
        })),
        { label: t('record.chain'), children: t('record.line', { chain: line.chain, seq: line.seq }) },
        { label: t('record.hash'), children: <Typography.Text code copyable className="breaks">{line.hash}</Typography.Text> },
      ]}
    />
  )
}
