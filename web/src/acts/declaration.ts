// What is declared of a project: as it is typed, and as the contract wants it.

import dayjs, { type Dayjs } from 'dayjs'

import type { Schemas } from '../api/client'

export type Profile = Schemas['DeclaredProfile']

/** A declaration as it is typed: money in units of ten thousand, dates as the pickers give them. */
export interface TypedProfile extends Omit<Profile, 'investment' | 'investmentUSD' | 'annualTax' | 'plannedStart' | 'plannedCompletion' | 'asks'> {
  investment: number
  investmentUSD?: number
  annualTax?: number
  plannedStart: Dayjs
  plannedCompletion: Dayjs
  asks?: { resource: string; amount: string; year: Dayjs }[]
}

const wan = 10_000
const fen = (inWan: number) => Math.round(inWan * wan * 100)
const day = (d: Dayjs) => d.format('YYYY-MM-DD')
const said = (v: unknown) => v !== undefined && v !== null && v !== '' && !(Array.isArray(v) && v.length === 0)

/** What was typed, as the contract wants it; what was left empty is left out. */
export function profileOf(t: TypedProfile): Profile {
  const { investment, investmentUSD, annualTax, plannedStart, plannedCompletion, asks, ...rest } = t
  return {
    ...(Object.fromEntries(Object.entries(rest).filter(([, v]) => said(v))) as typeof rest),
    name: t.name.trim(),
    investment: fen(investment),
    plannedStart: day(plannedStart),
    plannedCompletion: day(plannedCompletion),
    ...(said(investmentUSD) ? { investmentUSD: Math.round(investmentUSD! * wan * 100) / 100 } : {}),
    ...(said(annualTax) ? { annualTax: fen(annualTax!) } : {}),
    ...(said(asks) ? { asks: asks!.map((a) => ({ resource: a.resource, amount: a.amount.trim(), year: a.year.year() })) } : {}),
  }
}

/** A declaration as it stands, to be typed over. */
export function typedProfile(declared: Schemas['Profile']): TypedProfile {
  const { investment, investmentUSD, annualTax, plannedStart, plannedCompletion, asks } = declared
  const typed = {
    ...declared,
    investment: investment / wan / 100,
    investmentUSD: investmentUSD && investmentUSD / wan,
    annualTax: annualTax && annualTax / wan / 100,
    plannedStart: dayjs(plannedStart),
    plannedCompletion: dayjs(plannedCompletion),
    asks: asks?.map((a) => ({ ...a, year: dayjs(`${a.year}-01-01`) })),
  } as TypedProfile & { jurisdiction?: string }
  delete typed.jurisdiction // the server knows it
  return typed
}

/** The parts of a declaration that now say something else. */
export function amended(before: Schemas['Profile'], now: Profile): (keyof Profile)[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)] as (keyof Profile)[])
  keys.delete('jurisdiction' as keyof Profile)
  const plain = (v: unknown) => (said(v) && v !== false && v !== 0 ? JSON.stringify(v, (_, o: unknown) => (o && typeof o === 'object' && !Array.isArray(o) ? Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1))) : o)) : '')
  return [...keys].filter((k) => plain(before[k]) !== plain(now[k]))
}
