// A policy pack as a list of rules, each with what it says and the clause that says so: the one form in which packs are
// read and compared.

import type { Schemas } from '../api/client'
import { i18next } from '../words'
import { text } from '../words/format'
import type { office } from '../words/office'
import { condition } from './condition'

type Pack = Schemas['Pack']
export type Part = keyof (typeof office)['zh']['part']
export type Label = keyof (typeof office)['zh']['fact']

export interface Fact {
  label: Label
  says: readonly string[]
}

export interface Rule {
  part: Part
  /** The same rule in another version has the same key. */
  key: string
  name: string
  facts: readonly Fact[]
  clause: string
}

export const parts: readonly Part[] = ['general', 'library', 'evaluation', 'approval', 'items', 'assurance', 'startup', 'construction', 'completion', 'ladders', 'departments']

/** Everything that a pack says. */
export function rulesOf(pack: Pack): Rule[] {
  const says = speaking(pack)
  const { clock, library, evaluation, approval, assurance, startup, construction, completion } = pack
  const rules: Rule[] = []
  const rule = (part: Part, key: string, name: string, clause: string, ...facts: (Fact | undefined)[]) => rules.push({ part, key, name, clause, facts: facts.filter((f): f is Fact => !!f && f.says.length > 0) })
  const step = (part: Part, key: Label, s: Schemas['PackStep'], ...more: (Fact | undefined)[]) =>
    rule(part, key, says.label(key), s.clause, fact('days', says.days(s.days)), fact('ladder', says.ladder(s.ladder)), s.limitClause ? fact('limitClause', s.limitClause) : undefined, ...more)

  rule('general', 'hours', says.label('hours'), clock.clause, fact('hours', `${clock.open}–${clock.close}`), fact('warn', says.days(clock.warnDays)))
  for (const r of clock.pauseReasons) rule('general', `pause ${r.key}`, says.named('pause', r.name), r.clause ?? clock.clause)
  rule('general', 'late', says.label('late'), clock.lateEntryClause, fact('days', says.days(clock.lateEntryDays)))

  rule('library', 'standard', says.label('standard'), library.standard.clause, fact('says', text(library.standard.text)), fact('when', condition(library.standard.when, pack)))
  step('library', 'review', library.review)
  step('library', 'recognition', library.recognition)
  step('library', 'replacement', library.replacement)
  rule('library', 'archive', says.label('archive'), '', fact('days', i18next.t('office.pack.calendarDays', { count: library.archiveDays })))
  for (const k of ['sectors', 'kinds', 'fundings', 'tags'] as const) rule('library', k, says.label(k), clauses(library[k]), fact('choices', ...library[k].map((c) => text(c.name))))

  rule('evaluation', 'required', says.label('required'), evaluation.required.clause, fact('says', text(evaluation.required.text)), fact('when', condition(evaluation.required.when, pack)))
  rule('evaluation', 'panel', says.label('panel'), evaluation.clause, fact('experts', String(evaluation.experts)), fact('quorum', String(evaluation.quorum)), fact('passMark', String(evaluation.passMark)), fact('reviseMark', String(evaluation.reviseMark)))
  for (const c of evaluation.criteria) rule('evaluation', `criterion ${c.key}`, says.named('criterion', c.name), evaluation.clause, fact('max', String(c.max)))
  rule('evaluation', 'specialities', says.label('specialities'), '', fact('choices', ...evaluation.specialities.map((c) => text(c.name))))
  for (const k of ['draw', 'scoring', 'revision', 'plan'] as const) step('evaluation', k, evaluation[k])

  rule('approval', 'decision', says.label('decision'), approval.clause, fact('days', says.days(approval.days)), fact('ladder', says.ladder(approval.ladder)))
  for (const k of ['submission', 'completeness', 'supplement'] as const) step('approval', k, approval[k])
  rule('approval', 'deferral', says.label('deferral'), approval.deferralClause, fact('ladder', says.ladder(approval.deferral)))
  rule('approval', 'extension', says.label('extension'), approval.extensionClause, fact('days', says.days(approval.extensionMax)))
  rule('approval', 'jointReview', says.label('jointReview'), approval.jointReviewClause)

  for (const i of pack.items) {
    rule('items', i.key, text(i.name), i.clause,
      fact('department', says.department(i.department)), fact('phase', i18next.t(`phase.${i.phase}` as 'phase.approval')), fact('days', says.days(i.days || approval.days)),
      i.procedures?.length ? fact('procedures', ...i.procedures.map((p) => i18next.t(`procedure.${p}` as 'procedure.filing'))) : undefined,
      i.after?.length ? fact('after', ...i.after.map(says.item)) : undefined,
      i.when ? fact('when', condition(i.when, pack)) : undefined,
      text(i.otherwise) ? fact('otherwise', text(i.otherwise)) : undefined,
      fact('papers', ...i.papers.map((p) => `${text(p.name)}${p.deferrable ? i18next.t('office.pack.deferrable') : ''}${text(p.standard) ? i18next.t('office.pack.colon') + text(p.standard) : ''}`)),
      i.pauses?.length ? fact('pauses', ...i.pauses.map(says.pause)) : undefined,
      i.ladder ? fact('ladder', says.ladder(i.ladder)) : undefined,
      i.tacit ? fact('tacit', i18next.t('say.yes')) : undefined)
  }

  step('assurance', 'confirm', assurance.confirm)
  step('assurance', 'waiting', assurance.waiting)
  rule('assurance', 'levels', says.label('levels'), assurance.clause, fact('choices', ...assurance.levels.map((l) => i18next.t(`level.${l}` as 'level.city'))))
  for (const r of assurance.resources) rule('assurance', `resource ${r.key}`, text(r.name), r.clause, fact('unit', text(r.unit)), fact('scale', String(r.scale)), fact('department', says.department(r.department)), r.benefit ? fact('benefit', i18next.t(`office.benefit.${r.benefit}` as 'office.benefit.tax')) : undefined)

  step('startup', 'start', startup.start)
  for (const d of startup.deadlines) rule('startup', `deadline ${d.when} ${d.date.slice(0, 4)}`, says.label('latestStart'), d.clause, fact('date', d.date), fact('when', condition(d.when, pack)))
  for (const c of startup.conditions) rule('startup', `condition ${c.key}`, text(c.name), c.clause, fact('party', says.party(c.party)), fact('days', says.days(c.days)), c.when ? fact('when', condition(c.when, pack)) : undefined, c.ladder ? fact('ladder', says.ladder(c.ladder)) : undefined, c.limitClause ? fact('limitClause', c.limitClause) : undefined)

  rule('construction', 'monthly', says.label('monthly'), construction.monthly.clause, fact('day', i18next.t('office.pack.dayOfMonth', { day: construction.monthly.day })), fact('ladder', says.ladder(construction.monthly.ladder)))
  rule('construction', 'lamp', says.label('lamp'), construction.lampClause, fact('yellow', condition(construction.yellow, pack)), fact('red', condition(construction.red, pack)), fact('supervisedRed', i18next.t('office.pack.months', { count: construction.supervisedRed })))
  step('construction', 'problem', construction.problem)
  rule('construction', 'completion', says.label('completion'), construction.clause, fact('ladder', says.ladder(construction.completion)))

  step('completion', 'settlement', completion.settlement)
  step('completion', 'joint', completion.joint)
  rule('completion', 'rectification', says.label('rectification'), completion.rectificationClause, fact('ladder', says.ladder(completion.rectification)))

  for (const l of pack.ladders) rule('ladders', l.key, text(l.name), l.clause, fact('rungs', ...l.rungs.map(says.rung)))
  for (const d of pack.departments) rule('departments', d.code, text(d.name), '')
  return rules
}

const fact = (label: Label, ...says: string[]): Fact => ({ label, says })
const clauses = (choices: readonly { clause?: string }[]) => [...new Set(choices.map((c) => c.clause).filter((c): c is string => !!c))].join(', ')

/** How a pack's codes are said. */
function speaking(pack: Pack) {
  const label = (l: Label) => i18next.t(`office.fact.${l}`)
  const named = (l: Label, name: Schemas['Text']) => `${label(l)}${i18next.t('office.pack.colon')}${text(name)}`
  const party = (code: string) => {
    const department = pack.departments.find((d) => d.code === code)
    if (department) return text(department.name)
    return i18next.exists(`office.party.${code}`) ? i18next.t(`office.party.${code}` as 'office.party.owner') : code
  }
  return {
    label, named, party,
    department: party,
    days: (count: number) => i18next.t('task.days', { count }),
    ladder: (key: string) => text(pack.ladders.find((l) => l.key === key)?.name) || key,
    item: (key: string) => text(pack.items.find((i) => i.key === key)?.name) || key,
    pause: (key: string) => text(pack.clock.pauseReasons.find((r) => r.key === key)?.name) || key,
    rung: (r: Schemas['PackRung']) => {
      const from = r.from === 'previous' ? 'afterPrevious' : r.days < 0 ? 'before' : r.days === 0 ? 'on' : 'after'
      const when = i18next.t(`office.rung.${from}`, { count: Math.abs(r.days) })
      const how = `${r.morning ? i18next.t('office.rung.morning') : ''}${r.repeat ? i18next.t('office.rung.repeat') : ''}`
      return i18next.t('office.rung.says', { when: when + how, what: i18next.t(`rungKind.${r.kind}` as 'rungKind.overdue'), to: party(r.to), clause: r.clause })
    },
  }
}

/** What a rule says otherwise than before. */
export interface Changed {
  rule: Rule
  facts: readonly { label: Label; before: readonly string[]; after: readonly string[] }[]
  /** The clause before, where it is another now. */
  clause?: string
  /** The name before, where it is another now. */
  name?: string
}

export interface Difference {
  added: readonly Rule[]
  removed: readonly Rule[]
  changed: readonly Changed[]
}

/** What a later version of the rules has added, removed and changed. */
export function difference(before: readonly Rule[], after: readonly Rule[]): Difference {
  const id = (r: Rule) => `${r.part} ${r.key}`
  const old = new Map(before.map((r) => [id(r), r]))
  const now = new Set(after.map(id))
  const changed: Changed[] = []
  for (const rule of after) {
    const was = old.get(id(rule))
    if (!was) continue
    const labels = [...new Set([...was.facts, ...rule.facts].map((f) => f.label))]
    const saying = (r: Rule, l: Label) => r.facts.find((f) => f.label === l)?.says ?? []
    const facts = labels.map((label) => ({ label, before: saying(was, label), after: saying(rule, label) })).filter((f) => f.before.join('\n') !== f.after.join('\n'))
    const clause = was.clause !== rule.clause ? { clause: was.clause } : {}
    const name = was.name !== rule.name ? { name: was.name } : {}
    if (facts.length > 0 || 'clause' in clause || 'name' in name) changed.push({ rule, facts, ...clause, ...name })
  }
  return { added: after.filter((r) => !old.has(id(r))), removed: before.filter((r) => !now.has(id(r))), changed }
}
