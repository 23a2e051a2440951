// What was planned and what was done, month by month.

import type { Schemas } from '../api/client'

type Project = Schemas['Project']
type Report = Schemas['MonthlyReport']

const monthsBetween = (from: string, to: string) => (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))

/** The month so many months later: 2026-11 and 2 are 2027-01. */
export function later(period: string, by: number): string {
  const n = Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1 + by
  return `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`
}

/** The investment planned for a month, in fen: by the plan, else spread evenly over the planned time, as the rules reckon. */
export function plannedIn({ reporting, profile }: Project, period: string): number {
  const plan = reporting.plan ?? []
  if (plan.length > 0) return plan.find((m) => m.period === period)?.amount ?? 0
  const from = profile.plannedStart.slice(0, 7)
  if (period < from) return 0
  return Math.floor(profile.investment / Math.max(1, monthsBetween(from, profile.plannedCompletion) + 1))
}

/** The records that count: of each month the last. */
export function current(reports: readonly Report[]): Report[] {
  const last = new Map(reports.map((r) => [r.period, r] as const))
  return [...last.values()].sort((a, b) => a.period.localeCompare(b.period))
}

/** Investment done before a month, in fen. */
export const doneBefore = ({ reporting }: Project, period: string): number => current(reporting.reports ?? []).filter((r) => r.period < period).reduce((sum, r) => sum + r.investment, 0)

export interface Month {
  period: string
  planned: number
  /** What the last record says; nothing where none was filed. */
  done?: number
  lamp?: string
  plannedToDate: number
  doneToDate: number
  records: readonly Report[]
}

/** Every month that was planned or reported, the first first. */
export function months(project: Project): Month[] {
  const { plan = [], reports = [] } = project.reporting
  const periods = [...new Set([...plan.map((m) => m.period), ...reports.map((r) => r.period)])].sort()
  let plannedToDate = 0
  let doneToDate = 0
  return periods.map((period) => {
    const records = reports.filter((r) => r.period === period)
    const last = records.at(-1)
    const planned = last?.planned ?? plannedIn(project, period)
    plannedToDate += planned
    doneToDate += last?.investment ?? 0
    return { period, planned, done: last?.investment, lamp: last?.lamp, plannedToDate, doneToDate, records }
  })
}

/** What is left to plan, spread evenly from a month to the planned completion, in fen; the last month takes the rest. */
export function spread(project: Project, kept: readonly Schemas['PlanMonth'][], from: string): Schemas['PlanMonth'][] {
  const to = project.profile.plannedCompletion.slice(0, 7)
  const open = Array.from({ length: Math.max(1, monthsBetween(from, to) + 1) }, (_, i) => later(from, i)).filter((p) => !kept.some((m) => m.period === p))
  const left = Math.max(0, project.profile.investment - kept.reduce((sum, m) => sum + m.amount, 0))
  const each = Math.floor(left / Math.max(1, open.length) / 1_000_000) * 1_000_000 // whole units of ten thousand
  return open.map((period, i) => ({ period, amount: i === open.length - 1 ? left - each * (open.length - 1) : each }))
}
