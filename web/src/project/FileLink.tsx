import { PaperClipOutlined } from '@ant-design/icons'
import { Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { size } from '../words/format'

/** A file to be downloaded, where the scanner lets it. */
export function FileLink({ project, file }: { project: string; file: Schemas['File'] }) {
  const { t } = useTranslation()
  const about = <Typography.Text type="secondary" className="small"> {size(file.size)}{file.state !== 'clean' && ` · ${t(`life.file.${file.state}`)}`}</Typography.Text>
  if (file.state !== 'clean') return <span className="file"><PaperClipOutlined aria-hidden /> {file.name}{about}</span>
  return (
    <span className="file">
      <a href={`/api/v1/projects/${project}/files/${file.id}/content`} download={file.name} aria-label={t('life.file.download', { name: file.name })}><PaperClipOutlined aria-hidden /> {file.name}</a>{about}
    </span>
  )
}
