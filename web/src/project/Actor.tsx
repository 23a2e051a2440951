import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { useNames } from '../app/names'

/** Who did something, and for whom; what happened by itself says so. */
export function Actor({ actor }: { actor: Schemas['Actor'] }) {
  const { t } = useTranslation()
  const names = useNames()
  if (actor.automatic) return <Tag>{t('events.auto')}</Tag>
  const kind = ({ handler: 'department', head: 'department', owner: 'owner', liaison: 'unit', expert: 'expert' } as const)[actor.role as 'handler']
  return (
    <>
      {actor.name ?? t(`role.${actor.role}`)}
      <div className="small">{kind && actor.party ? names.party({ kind, code: actor.party }, actor.jurisdiction) : t(`role.${actor.role}`)}{actor.onBehalfOf && ` · ${t('events.onBehalf', { name: actor.onBehalfOf })}`}</div>
    </>
  )
}
