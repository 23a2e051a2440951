import { Descriptions, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Fact, Rule } from './rules'

/** The rules of one part, each with its clause. */
export function RuleTable({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation()
  return (
    <table className="rules">
      <thead><tr><th scope="col">{t('office.pack.rule')}</th><th scope="col">{t('office.pack.says')}</th><th scope="col">{t('office.pack.clause')}</th></tr></thead>
      <tbody>
        {rules.map((r) => (
          <tr key={r.key}>
            <th scope="row">{r.name}</th>
            <td><Facts facts={r.facts} /></td>
            <td className="clause">{r.clause}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  const { t } = useTranslation()
  if (facts.length === 0) return <Typography.Text type="secondary">—</Typography.Text>
  return <Descriptions size="small" column={1} className="says" items={facts.map((f) => ({ key: f.label, label: t(`office.fact.${f.label}`), children: <Sayings says={f.says} /> }))} />
}

export function Sayings({ says }: { says: readonly string[] }) {
  if (says.length === 1) return <>{says[0]}</>
  return <ul className="sayings">{says.map((s) => <li key={s}>{s}</li>)}</ul>
}
