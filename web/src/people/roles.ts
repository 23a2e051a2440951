import type { Schemas } from '../api/client'

type Role = Schemas['Role']

export const roles: readonly Role[] = ['office', 'handler', 'head', 'liaison', 'owner', 'expert', 'supervisor', 'leader', 'auditor', 'system_admin', 'security_admin']

/** The three who are different people and hold no other post. */
export const administers = (r: Role | undefined) => r === 'auditor' || r === 'system_admin' || r === 'security_admin'

/** To what a post belongs. */
export function partyOf(r: Role | undefined): 'department' | 'unit' | 'owner' | 'expert' | undefined {
  switch (r) {
    case 'handler':
    case 'head': return 'department'
    case 'liaison': return 'unit'
    case 'owner': return 'owner'
    case 'expert': return 'expert'
    default: return undefined
  }
}
