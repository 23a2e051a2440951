// What codes are called.

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import type { Schemas } from '../api/client'
import { text } from '../words/format'
import { departments, jurisdictions, owners, units } from './queries'

type Named = { code: string; name: Schemas['Text']; jurisdiction?: string }

function find(all: readonly Named[] | undefined, code: string, jurisdiction?: string): string {
  const same = all?.filter((n) => n.code === code)
  return text((same?.find((n) => n.jurisdiction === jurisdiction) ?? same?.[0])?.name) || code
}

/** Names of parties and jurisdictions; the code where a name is not known (yet). */
export function useNames() {
  const { t } = useTranslation()
  const all = {
    department: useQuery(departments).data?.items,
    unit: useQuery(units).data?.items,
    owner: useQuery(owners).data?.items,
    jurisdiction: useQuery(jurisdictions).data?.items,
  }
  return {
    jurisdiction: (code: string) => find(all.jurisdiction, code),
    unit: (code: string) => find(all.unit, code),
    owner: (code: string) => find(all.owner, code),
    department: (code: string, jurisdiction?: string) => find(all.department, code, jurisdiction),
    party: (p: Schemas['Party'], jurisdiction?: string): string => {
      if (!p.code) return t(`party.${p.kind}`)
      switch (p.kind) {
        case 'department':
        case 'unit':
        case 'owner':
          return find(all[p.kind], p.code, jurisdiction)
        case 'expert':
          return `${t('party.expert')} ${p.code}`
        default:
          return t(`party.${p.kind}`)
      }
    },
    post: (p: Schemas['Post']): string => {
      const role = t(`role.${p.role}`)
      if (!p.party) return p.jurisdiction ? `${find(all.jurisdiction, p.jurisdiction)} ${role}` : role
      const kind = ({ handler: 'department', head: 'department', owner: 'owner', liaison: 'unit' } as const)[p.role as 'handler']
      return kind ? `${find(all[kind], p.party, p.jurisdiction)} ${role}` : `${role} ${p.party}`
    },
  }
}
