// Where one can go, and who can.

import type { Schemas } from '../api/client'
import type { zh } from '../words/zh'

export interface Place {
  path: string
  name: keyof (typeof zh)['nav']
  /** The operation without which the place is empty. */
  needs?: string
  /** For whom it is; for everybody when absent. */
  roles?: Schemas['Role'][]
  /** Under whose name it stands together with others, so that the way there stays short. */
  group?: keyof (typeof zh)['nav']
}

export const places: readonly Place[] = [
  { path: '/mine', name: 'mine', needs: 'listTasks', roles: ['owner', 'liaison'] },
  { path: '/wall', name: 'wall', needs: 'getPortfolio', roles: ['office', 'leader', 'supervisor', 'auditor'] },
  { path: '/inbox', name: 'inbox', needs: 'listTasks' },
  { path: '/projects', name: 'projects', needs: 'listProjects' },
  { path: '/declare', name: 'declare', needs: 'declare' },
  { path: '/quotas', name: 'quotas', needs: 'listQuotas' },
  { path: '/experts', name: 'experts', needs: 'listExperts' },
  { path: '/people', name: 'people', needs: 'listUsers' },
  { path: '/masters', name: 'masters', needs: 'listUnits', roles: ['system_admin', 'auditor'] },
  { path: '/audit', name: 'audit', needs: 'listAudit' },
  { path: '/packs', name: 'packs', needs: 'listPacks', group: 'rules' },
  { path: '/calendars', name: 'calendars', needs: 'listCalendars', group: 'rules' },
  { path: '/broadcasts', name: 'broadcasts', needs: 'listBroadcasts', group: 'rules' },
]

/** The place to which a path belongs. */
export const placeOf = (path: string): string => places.find((p) => path === p.path || path.startsWith(`${p.path}/`))?.path ?? ''
