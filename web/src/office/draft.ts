// What was typed and not yet declared, kept in this browser.

import dayjs, { type Dayjs } from 'dayjs'

import type { TypedProfile } from '../acts/declaration'

export interface Draft { profile: Partial<TypedProfile>; at: string }

const keptAs = (user: string) => `milepost.declaration.${user}`

/** Keeps a draft; nothing typed is no draft. */
export function keep(user: string, profile: Partial<TypedProfile>) {
  const typed = Object.values(profile).some((v) => v !== undefined && v !== null && v !== '' && v !== false && !(Array.isArray(v) && v.length === 0))
  if (!typed) return discard(user)
  try {
    localStorage.setItem(keptAs(user), JSON.stringify({ profile, at: new Date().toISOString() }))
  } catch {
    // Without room there is no draft; what is typed is still on the page.
  }
}

export function discard(user: string) {
  localStorage.removeItem(keptAs(user))
}

/** The draft of before, with its dates; none where there is none that can be read. */
export function draftOf(user: string): Draft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAs(user)) ?? 'null') as Draft | null
    if (!kept?.profile) return undefined
    const { plannedStart, plannedCompletion, asks } = kept.profile
    const date = (v: unknown): Dayjs | undefined => (typeof v === 'string' ? dayjs(v) : undefined)
    return {
      at: kept.at,
      profile: {
        ...kept.profile, plannedStart: date(plannedStart), plannedCompletion: date(plannedCompletion),
        ...(asks ? { asks: asks.map((a) => ({ ...a, year: date(a?.year) as Dayjs })) } : {}),
      },
    }
  } catch {
    return undefined
  }
}
