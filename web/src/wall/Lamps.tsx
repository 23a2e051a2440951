import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { Schemas } from '../api/client'
import type { Scope } from '../project/filters'
import { projectsOf } from './links'

const colours = ['red', 'yellow', 'excused', 'green'] as const

/** How many projects have which lamp in which colour. */
export function Lamps({ lamps, scope }: { lamps: readonly Schemas['PortfolioLamp'][]; scope: Scope }) {
  const { t } = useTranslation()
  return (
    <div className="scrolled"><table className="lamps">
      <thead>
        <tr><th scope="col" className="unseen">{t('inbox.lamp')}</th>{colours.map((c) => <th key={c} scope="col"><span className={`dot dot-${c}`} aria-hidden />{t(`colour.${c}`)}</th>)}</tr>
      </thead>
      <tbody>
        {lamps.map((l) => (
          <tr key={l.kind}>
            <th scope="row">{t(`lamp.${l.kind}`)}</th>
            {colours.map((c) => (
              <td key={c} className={l.colours[c] ? `some some-${c}` : 'nought'}>
                {l.colours[c] ? <Link to={projectsOf(scope, { lamp: l.kind, colour: c, sort: 'gravity' })}>{l.colours[c]}</Link> : 0}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table></div>
  )
}
