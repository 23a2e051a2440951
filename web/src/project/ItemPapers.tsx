import { useQuery } from '@tanstack/react-query'
import { Flex, Table, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { pack as packOf, useMay } from '../app/queries'
import { Says } from '../parts/Says'
import { day, text } from '../words/format'
import { FileLink } from './FileLink'

/** The papers of an item: which were handed in and with what files, which are asked for, which are promised for later. */
export function ItemPapers({ project, item }: { project: Schemas['Project']; item: Schemas['Item'] }) {
  const { t } = useTranslation()
  const may = useMay()
  const pack = useQuery(packOf(item.pack ?? project.pack))
  const id = project.row.id
  const files = useQuery({
    queryKey: ['project', id, 'files', 'item', item.key], enabled: may('listFiles'),
    queryFn: ({ signal }) => whole(api.GET('/projects/{projectId}/files', { params: { path: { projectId: id }, query: { item: item.key, limit: 100 } }, signal })),
  })
  const rule = pack.data?.items.find((i) => i.key === item.key)
  const papers = rule?.papers ?? []
  const of = (paper: string) => (files.data?.items ?? []).filter((f) => f.uses.some((u) => u.item === item.key && u.paper === paper))
  if (pack.data && papers.length === 0) return <Typography.Text type="secondary">{t('life.item.noPapers')}</Typography.Text>
  return (
    <>
      <Says failure={pack.error ?? files.error} />
      <Table
        size="small" rowKey="key" loading={pack.isPending} dataSource={papers} pagination={false} scroll={{ x: 560 }}
        columns={[
          { title: t('life.paper.name'), render: (_, p) => <>{text(p.name)}{p.deferrable && <> <Tag>{t('life.paper.deferrable')}</Tag></>}<div className="small dim">{text(p.standard)}</div></> },
          { title: t('life.paper.state'), width: 190, render: (_, p) => <PaperState project={project} item={item} paper={p.key} /> },
          {
            title: t('life.paper.files'), width: 260,
            render: (_, p) => <Flex vertical>{of(p.key).map((f) => <FileLink key={f.id} project={id} file={f} />)}{item.papers?.includes(p.key) && files.data && of(p.key).length === 0 && <Typography.Text type="secondary">{t('life.paper.noFile')}</Typography.Text>}</Flex>,
          },
        ]}
      />
    </>
  )
}

/** What became of one paper. */
export function PaperState({ project, item, paper }: { project: Schemas['Project']; item: Schemas['Item']; paper: string }) {
  const { t } = useTranslation()
  const asked = item.missing?.find((m) => m.paper === paper)
  const owed = project.commitments.findLast((c) => c.item === item.key && c.paper === paper && !c.void)
  if (asked) return <><Tag color="orange">{t('life.paper.missing')}</Tag><div className="small">{asked.standard}</div></>
  if (owed?.kept) return <Tag color="green">{t('life.paper.kept', { day: day(owed.kept) })}</Tag>
  if (owed?.broken) return <Tag color="red">{t('life.paper.broken', { day: day(owed.due) })}</Tag>
  if (owed) return <Tag color="gold">{t(owed.lapse ? 'life.paper.lapse' : 'life.paper.owed', { day: day(owed.due) })}</Tag>
  if (item.papers?.includes(paper)) return <Tag color="green">{t('life.paper.given')}</Tag>
  return <Tag>{t('life.paper.open')}</Tag>
}
