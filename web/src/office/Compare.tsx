import { SwapOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Empty, Flex, Select, Typography } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import { pack as packOf } from '../app/queries'
import { Page } from '../parts/Page'
import { Says } from '../parts/Says'
import { Waiting } from '../parts/Waiting'
import { text } from '../words/format'
import { packs } from './queries'
import { difference, parts, rulesOf, type Changed, type Rule } from './rules'
import { RuleTable, Sayings } from './RuleTable'

/** What a version of the rules has added, removed and changed, each with its clause. */
export default function Compare() {
  const { t, i18n } = useTranslation()
  const [params, setParams] = useSearchParams()
  const list = useQuery(packs).data?.items ?? []
  const [from, to] = [params.get('from') ?? '', params.get('to') ?? '']
  const before = useQuery({ ...packOf(from), enabled: !!from })
  const after = useQuery({ ...packOf(to), enabled: !!to })
  const found = useMemo(
    () => (before.data && after.data ? difference(rulesOf(before.data), rulesOf(after.data)) : undefined),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the rules are said in the language of the page
    [before.data, after.data, i18n.language],
  )
  const choose = (name: 'from' | 'to') => (
    <Select
      aria-label={t(`office.compare.${name}`)} placeholder={t(`office.compare.${name}`)} value={params.get(name) ?? undefined} className="wide-pick" popupMatchSelectWidth={false}
      onChange={(v: string) => setParams((old) => { old.set(name, v); return old }, { replace: true })}
      options={list.map((p) => ({ value: p.hash, label: `${text(p.title)} ${p.version} · ${p.hash.slice(0, 8)}` }))}
    />
  )
  const count = found && { added: found.added.length, removed: found.removed.length, changed: found.changed.length }
  return (
    <Page title={t('office.compare.title')}>
      <Flex gap="small" wrap align="center" className="bar no-print">
        {choose('from')}
        <Button icon={<SwapOutlined />} aria-label={t('office.compare.swap')} title={t('office.compare.swap')} onClick={() => setParams({ from: to, to: from }, { replace: true })} />
        {choose('to')}
      </Flex>
      <Says failure={before.error ?? after.error} />
      {(before.isLoading || after.isLoading) && <Waiting />}
      {!from || !to ? <Empty description={t('office.packs.chooseTwo')} /> : null}
      {found && count && (count.added + count.removed + count.changed === 0
        ? <Empty description={t('office.compare.same')} />
        : (
          <>
            <Typography.Paragraph strong>{t('office.compare.summary', count)}</Typography.Paragraph>
            <Some title={t('office.compare.changed')} n={count.changed}>{parts.map((p) => <Changes key={p} title={t(`office.part.${p}`)} changed={found.changed.filter((c) => c.rule.part === p)} />)}</Some>
            <Some title={t('office.compare.added')} n={count.added}><Rules rules={found.added} /></Some>
            <Some title={t('office.compare.removed')} n={count.removed}><Rules rules={found.removed} /></Some>
          </>
        ))}
    </Page>
  )
}

function Some({ title, n, children }: { title: string; n: number; children: React.ReactNode }) {
  if (n === 0) return null
  return <section className="chapter"><h2>{title} <Typography.Text type="secondary" className="small">{n}</Typography.Text></h2>{children}</section>
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation()
  return parts.map((p) => {
    const own = rules.filter((r) => r.part === p)
    return own.length > 0 && <div key={p}><h3>{t(`office.part.${p}`)}</h3><RuleTable rules={own} /></div>
  })
}

function Changes({ title, changed }: { title: string; changed: readonly Changed[] }) {
  const { t } = useTranslation()
  if (changed.length === 0) return null
  const none = t('office.compare.none')
  const lines = (c: Changed) => [
    ...(c.name === undefined ? [] : [{ label: t('office.compare.name'), before: [c.name], after: [c.rule.name] }]),
    ...c.facts.map((f) => ({ ...f, label: t(`office.fact.${f.label}`) })),
    ...(c.clause === undefined ? [] : [{ label: t('office.compare.clause'), before: [c.clause || none], after: [c.rule.clause || none] }]),
  ]
  return (
    <>
      <h3>{title}</h3>
      <table className="rules">
        <thead><tr><th scope="col">{t('office.pack.rule')}</th><th scope="col" /><th scope="col">{t('office.compare.before')}</th><th scope="col">{t('office.compare.after')}</th><th scope="col">{t('office.pack.clause')}</th></tr></thead>
        <tbody>
          {changed.flatMap((c) => lines(c).map((l, i, all) => (
            <tr key={`${c.rule.key} ${l.label}`}>
              {i === 0 && <th scope="row" rowSpan={all.length}>{c.rule.name}</th>}
              <td>{l.label}</td>
              <td>{l.before.length ? <del><Sayings says={l.before} /></del> : none}</td>
              <td>{l.after.length ? <ins><Sayings says={l.after} /></ins> : none}</td>
              {i === 0 && <td className="clause" rowSpan={all.length}>{c.rule.clause}</td>}
            </tr>
          )))}
        </tbody>
      </table>
    </>
  )
}
