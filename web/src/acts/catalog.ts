// What each act asks of whoever does it. Which acts are shown at all, the server says.

import type { Operation } from '../api/paths.gen'

/** Where a choice comes from. */
export type From =
  | readonly string[] // words.choice.<field>.<value>
  | 'pauses' | 'specialities' | 'colleagues' | 'items' | 'parties' | 'reviews'

export type Field = { name: string; optional?: true } & (
  | { kind: 'line' | 'words' | 'date' | 'days' | 'money' | 'amount' | 'flag' | 'files' | 'papers' | 'marks' | 'nodes' | 'months' | 'missing' | 'findings' | 'profile' | 'project' }
  | { kind: 'carried' } // not typed: it comes with what the form begins with
  | { kind: 'one' | 'many'; from: From }
)

export interface Form {
  fields: readonly Field[]
  /** Cannot be undone, or closes a door: shown as such. */
  grave?: true
}

const line = (name: string): Field => ({ name, kind: 'line' })
const words = (name: string): Field => ({ name, kind: 'words' })
const date = (name: string): Field => ({ name, kind: 'date' })
const one = (name: string, from: From): Field => ({ name, kind: 'one', from })
const many = (name: string, from: From): Field => ({ name, kind: 'many', from })
const of = (kind: 'days' | 'money' | 'amount' | 'flag' | 'marks' | 'nodes' | 'months' | 'missing' | 'findings' | 'project' | 'carried', name: string): Field => ({ name, kind })
const files: Field = { name: 'files', kind: 'files', optional: true }
const papers: Field = { name: 'papers', kind: 'papers' } // with their files, and what is promised for later
const maybe = (f: Field): Field => ({ ...f, optional: true })

/** The forms, by operation. */
export const forms = {
  reviewEntry: { fields: [one('decision', ['admit', 'return', 'refuse']), maybe(words('opinion'))] },
  amendDeclaration: { fields: [{ name: 'profile', kind: 'profile' }] },
  recognise: { fields: [line('document')] },
  drawPanel: { fields: [maybe(many('specialities', 'specialities'))] },
  declinePanel: { fields: [words('reason')], grave: true },
  submitScore: { fields: [of('marks', 'marks'), words('opinion')], grave: true },
  reviseProposal: { fields: [words('note'), files] },
  filePlan: { fields: [of('nodes', 'nodes')] },
  completeNode: { fields: [maybe(words('note'))] },
  submitItem: { fields: [papers] },
  acceptItem: { fields: [] },
  askSupplement: { fields: [of('missing', 'missing'), maybe(date('due'))] },
  supplyPapers: { fields: [papers] },
  keepCommitment: { fields: [files] },
  pauseItem: { fields: [one('reason', 'pauses'), words('note')] },
  resumeItem: { fields: [] },
  extendItem: { fields: [of('days', 'days'), words('reason')] },
  grantItem: { fields: [line('document'), maybe(one('jointReview', 'reviews'))] },
  refuseItem: { fields: [words('reason'), words('basis')], grave: true },
  recallAct: { fields: [words('reason')] },
  conveneJointReview: { fields: [many('items', 'items'), line('at')] },
  recordJointReview: { fields: [words('minutes')] },
  confirmNeed: { fields: [of('amount', 'amount'), maybe(words('note'))] },
  confirmCondition: { fields: [line('document')] },
  startConstruction: { fields: [line('document')] },
  setPlan: { fields: [of('months', 'months'), maybe(words('reason'))] },
  fileReport: { fields: [of('money', 'investment'), words('image'), maybe(words('forecast')), files] },
  correctReport: { fields: [of('carried', 'record'), of('money', 'investment'), words('image'), words('reason'), files] },
  registerProblem: { fields: [line('title'), maybe(words('detail')), maybe(of('flag', 'major'))] },
  assignProblem: { fields: [one('party', 'parties'), maybe(date('due'))] },
  closeProblem: { fields: [words('outcome')] },
  requestAcceptance: { fields: [date('trialRun'), files] },
  fileSettlement: { fields: [of('money', 'amount'), line('audit'), files] },
  acceptJointly: { fields: [one('passed', ['true', 'false']), line('document'), maybe(of('findings', 'rectify')), files] },
  finishRectification: { fields: [words('note')] },
  suspend: { fields: [words('reason'), date('until')], grave: true },
  resume: { fields: [words('reason')] },
  withdraw: { fields: [words('reason')], grave: true },
  remove: { fields: [words('reason')], grave: true },
  replace: { fields: [of('project', 'project')], grave: true },
  reopen: { fields: [words('reason')] },
  filePaper: { fields: [line('title'), maybe(words('note')), files] },
  movePlannedDate: { fields: [one('which', ['start', 'completion']), date('to'), words('why'), words('basis')] },
  excuseLamp: { fields: [words('reason'), date('until'), maybe(of('flag', 'forceMajeure'))] },
  claimTask: { fields: [] },
  releaseTask: { fields: [] },
  handOverTask: { fields: [one('to', 'colleagues'), maybe(words('reason'))] },
  askColleague: { fields: [one('to', 'colleagues'), words('question')] },
  answerColleague: { fields: [words('opinion')] },
  addCosigner: { fields: [one('user', 'colleagues')] },
  removeCosigner: { fields: [] },
  cosignTask: { fields: [words('opinion')] },
} as const satisfies Partial<Record<Operation, Form>>

export type Acting = keyof typeof forms

/** Acts on a project that have no form of their own, and where they are done instead. */
export const elsewhere: Partial<Record<Operation, string>> = {
  uploadFile: 'with the files of a form, and on the page of the files',
  removeFile: 'on the page of the files',
  reassignTasks: 'in the inbox of a head, for several tasks at once',
}
