import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import { money } from '../words/format'

/** How many projects there are of each kind, as bars that are a table: each row leads to its projects. */
export function Bars({ sums, name, to, group }: { sums: readonly Schemas['PortfolioSum'][]; name: (key: string) => string; to: (key: string) => string; group: string }) {
  const { t } = useTranslation()
  const most = Math.max(1, ...sums.map((s) => s.projects))
  return (
    <table className="tally">
      <thead className="unseen"><tr><th scope="col">{group}</th><th scope="col">{t('wall.projects')}</th><th scope="col">{t('wall.investment')}</th></tr></thead>
      <tbody>
        {sums.map((s) => (
          <tr key={s.key}>
            <th scope="row">{s.projects ? <Link to={to(s.key)}>{name(s.key)}</Link> : name(s.key)}</th>
            <td className="tally-count">
              <span className="tally-bar" style={{ width: `${(100 * s.projects) / most}%` }} aria-hidden />
              <span className="tally-n">{t('wall.count', { count: s.projects })}</span>
            </td>
            <td className="tally-money">{s.projects ? money(s.investment) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
