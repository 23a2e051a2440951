// What a form begins with: what the record knows already.

import dayjs from 'dayjs'

import type { Schemas } from '../api/client'
import { text } from '../words/format'
import type { Typed, TypedPaper } from './body'
import type { About } from './choices'
import { typedProfile } from './declaration'

const wan = (fen: number) => fen / 1_000_000

/** The item that an act is about, and what the pack says of it. */
export function itemOf({ project, pack, act }: About) {
  return { state: project.items.find((i) => i.key === act.params.item), rule: pack.items.find((i) => i.key === act.params.item) }
}

/** The version of the pack by which an act is judged: what has begun goes on by its own. */
export function packFor(project: Schemas['Project'], { operation, params }: Schemas['Act']): string {
  if (operation === 'submitScore') return project.panel.pack ?? project.pack
  if (operation === 'submitItem') return project.pack // a new round begins
  return project.items.find((i) => i.key === params.item)?.pack ?? project.pack
}

/** The papers that an act may hand in, each with the standard it must meet. */
export function papersFor(about: About): { key: string; name: string; standard: string; deferrable: boolean }[] {
  const { state, rule } = itemOf(about)
  const all = (rule?.papers ?? []).map((p) => ({ key: p.key, name: text(p.name), standard: text(p.standard), deferrable: !!p.deferrable && about.act.operation === 'submitItem' }))
  if (about.act.operation !== 'supplyPapers') return all
  return (state?.missing ?? []).map((m) => ({ key: m.paper, name: all.find((p) => p.key === m.paper)?.name ?? m.paper, standard: m.standard, deferrable: false }))
}

/** The papers that were neither handed in nor promised. */
export function lacking(about: About) {
  const { state, rule } = itemOf(about)
  const promised = about.project.commitments.filter((c) => c.item === state?.key && !c.void).map((c) => c.paper)
  return (rule?.papers ?? []).filter((p) => !state?.papers?.includes(p.key) && !promised.includes(p.key))
}

/** What the form of an act begins with; `reports` are those of the project, the newest first. */
export function prefill(about: About, reports: readonly Schemas['ReportRow'][] = []): Typed {
  const { project, act } = about
  switch (act.operation) {
    case 'amendDeclaration': return { profile: typedProfile(project.profile) }
    case 'drawPanel': return { specialities: project.panel.specialities ?? project.profile.specialities }
    case 'filePlan': return { nodes: project.plan.length ? project.plan.map(({ title, due, unit, post }) => ({ title, due: dayjs(due), unit, post })) : [{ unit: project.row.unit }] }
    case 'submitItem':
    case 'supplyPapers': return { papers: Object.fromEntries(papersFor(about).map((p) => [p.key, { how: 'given' } satisfies TypedPaper])) }
    case 'askSupplement': {
      const missing = lacking(about).map((p) => ({ paper: p.key, standard: text(p.standard) }))
      return { missing: missing.length ? missing : [{}] }
    }
    case 'confirmNeed': return { amount: project.needs.find((n) => n.resource === act.params.resource && String(n.year) === act.params.year)?.asked }
    case 'setPlan': {
      const plan = project.reporting.plan ?? []
      return { months: plan.length ? plan.map((m) => ({ period: dayjs(`${m.period}-01`), amount: wan(m.amount) })) : [{}] }
    }
    case 'correctReport': {
      const record = (project.reporting.reports ?? []).findLast((r) => r.period === act.params.period)
      const words = reports.find((r) => r.report.seq === record?.seq)?.report.image ?? record?.image
      return { record: record?.seq, investment: record && wan(record.investment), image: words }
    }
    case 'assignProblem': {
      const party = project.problems.find((p) => p.id === act.params.problem?.replaceAll('~', '/'))?.party
      return { party: party && [party.kind, party.code].filter(Boolean).join('/') }
    }
    default: return {}
  }
}
