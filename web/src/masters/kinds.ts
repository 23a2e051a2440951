import type { Schemas } from '../api/client'

export const kinds = ['jurisdictions', 'departments', 'units', 'owners'] as const
export type Kind = (typeof kinds)[number]

/** What any of them may say of itself. */
export interface Master {
  code: string
  name: Schemas['Text']
  jurisdiction?: string
  parent?: string
  level?: string
  creditCode?: string
  closed?: boolean
}

/** Where one of them is changed. */
export const pathOf = (kind: Kind, { code, jurisdiction = '' }: Pick<Master, 'code' | 'jurisdiction'>): string =>
  `/${kind}/${kind === 'departments' ? `${encodeURIComponent(jurisdiction)}/` : ''}${encodeURIComponent(code)}`

/** Whether the name or code has the words. */
export const named = ({ code, name }: Pick<Master, 'code' | 'name'>, words: string): boolean => {
  const q = words.trim().toLowerCase()
  return [code, name.zh, name.en].some((s) => s.toLowerCase().includes(q))
}

/** The pack in force in a jurisdiction, or else in the nearest one above it. */
export function packFor(all: readonly Schemas['Jurisdiction'][], code: string | undefined): string | undefined {
  for (let at = all.find((j) => j.code === code), steps = 0; at && steps < all.length; steps++) {
    if (at.pack) return at.pack
    const above: string | undefined = at.parent
    at = all.find((j) => j.code === above)
  }
  return undefined
}
