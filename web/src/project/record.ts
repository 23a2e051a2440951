// What lines of the timeline are about.

import type { Schemas } from '../api/client'

type Entry = Schemas['Entry']

/** The kinds of lines by which a timeline is searched; each as the types of its lines. A type is in one kind only. */
export const kinds = {
  planning: ['Declared', 'EntryAdmitted', 'EntryReturned', 'EntryRefused', 'Amended', 'Recognised'],
  evaluation: ['EvaluationSkipped', 'DrawAsked', 'PanelDrawn', 'ExpertReplaced', 'ScoreSubmitted', 'EvaluationConcluded', 'ProposalRevised', 'PlanFiled', 'NodeCompleted'],
  items: [
    'ItemsListed', 'ItemOpened', 'ItemSubmitted', 'ItemAccepted', 'ItemDeemedAccepted', 'SupplementAsked', 'PapersSupplied', 'ItemWithdrawn', 'CommitmentKept', 'CommitmentBroken',
    'ItemGranted', 'ItemRefused', 'ActRecalled', 'JointReviewConvened', 'JointReviewRecorded',
  ],
  assurance: ['NeedsAsked', 'NeedConfirmed', 'QuotaReserved', 'QuotaWaited', 'QuotaFollowed', 'LatestStartSet', 'StartPrepared', 'ConditionMet', 'ConstructionStarted'],
  reports: ['PlanSet', 'ReportOpened', 'ReportSkipped', 'ReportFiled', 'ReportCorrected'],
  problems: ['ProblemRegistered', 'ProblemAssigned', 'ProblemClosed'],
  completion: ['AcceptanceRequested', 'SettlementAsked', 'Settled', 'JointAcceptanceAsked', 'JointlyReturned', 'Rectified', 'JointlyAccepted'],
  deadlines: ['DeadlineMoved', 'PlannedDateMoved', 'ItemPaused', 'ItemResumed', 'ItemExtended', 'CalendarApplied', 'PackAdopted', 'LampExcused'],
  escalation: ['Escalated', 'InterviewOpened'],
  people: ['TaskAssigned', 'ColleagueAsked', 'ColleagueAnswered', 'CosignerAdded', 'CosignerRemoved', 'TaskCosigned'],
  files: ['FilesHandedIn', 'FileRefused', 'PaperFiled'],
  status: ['PhaseEntered', 'ProjectSuspended', 'ProjectResumed', 'ResumptionDue', 'ProjectLeft', 'ReplacementOwed', 'Replaced', 'Reopened', 'ProjectArchived'],
} as const satisfies Record<string, readonly string[]>

export type Kind = keyof typeof kinds

/** What befalls any task, and what befalls an item. */
export const ofTasks = [...kinds.people, ...kinds.escalation, 'DeadlineMoved']
export const ofItems = [...kinds.items.filter((k) => k !== 'ItemsListed'), 'ItemPaused', 'ItemResumed', 'ItemExtended']

/** The tasks that a line names: each has a clock that can be explained. */
export function tasksIn(data: unknown): string[] {
  if (data === null || typeof data !== 'object') return []
  const found: string[] = []
  const { task, key, clock } = data as Record<string, unknown>
  if (typeof task === 'string') found.push(task)
  if (typeof key === 'string' && clock !== undefined) found.push(key)
  for (const v of Object.values(data)) found.push(...(Array.isArray(v) ? v.flatMap(tasksIn) : tasksIn(v)))
  return [...new Set(found)]
}

/** Tells whether a line is about a task, or about the item that it concerns. */
export function concerns({ data }: Entry, task: string | undefined, item: string | undefined): boolean {
  if (!data) return false
  const { item: one, items } = data
  return (task !== undefined && tasksIn(data).includes(task)) || (item !== undefined && (one === item || (Array.isArray(items) && items.includes(item))))
}
