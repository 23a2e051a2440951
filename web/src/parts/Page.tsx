import { Typography } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** A page with its name. */
export function Page({ title, extra, children }: { title: string; extra?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation()
  useEffect(() => { document.title = `${title} · ${t('name')}` }, [title, t])
  return (
    <>
      <div className="page-head">
        <Typography.Title level={1} className="page-title">{title}</Typography.Title>
        {extra && <div className="page-extra">{extra}</div>}
      </div>
      {children}
    </>
  )
}
