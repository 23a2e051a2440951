// How a project is led from its declaration to its end: who has which work, and what he answers. The same answers are given over the
// API, to set a scene fast, and by clicks, where the page itself is tried.

import dayjs, { type Dayjs } from 'dayjs'

import { bodyOf, type Typed, type TypedPaper } from '../src/acts/body'
import { forms, type Acting } from '../src/acts/catalog'
import { pathOfOperation } from '../src/api/paths.gen'
import { ask, newKey, pause, type Schemas } from './service'

type Project = Schemas['Project']
type Act = Schemas['Act']
type Task = Schemas['OpenTask']

/** One act that is on offer, with all that its answer depends on. */
export interface Chance {
  account: string
  project: Project
  pack: Schemas['Pack']
  act: Act
  /** Absent for what concerns the whole project. */
  task?: Task
  today: Dayjs
}

/** What moves each kind of work on, in the ordinary way. */
const next: Partial<Record<Schemas['TaskKind'], Acting>> = {
  'entry-review': 'reviewEntry', recognition: 'recognise', draw: 'drawPanel', scoring: 'submitScore', revision: 'reviseProposal', plan: 'filePlan', node: 'completeNode',
  submission: 'submitItem', completeness: 'acceptItem', decision: 'grantItem', supplement: 'supplyPapers', commitment: 'keepCommitment', need: 'confirmNeed', condition: 'confirmCondition',
  start: 'startConstruction', report: 'fileReport', problem: 'closeProblem', completion: 'requestAcceptance', settlement: 'fileSettlement', joint: 'acceptJointly', rectification: 'finishRectification',
}

const wan = 1_000_000
const given = (papers: readonly string[] = []): Record<string, TypedPaper> => Object.fromEntries(papers.map((p) => [p, { how: 'given' }]))

/** What is typed, act by act. */
const answers: Partial<Record<Acting, (c: Chance) => Typed>> = {
  reviewEntry: () => ({ decision: 'admit', opinion: '符合重大项目标准，同意入库' }),
  recognise: () => ({ document: '市重大项目建设领导小组会议纪要〔2026〕3号' }),
  submitScore: ({ pack }) => ({ marks: Object.fromEntries(pack.evaluation.criteria.map((c) => [c.key, Math.round(c.max * 0.85)])), opinion: '建设必要，方案可行，同意' }),
  reviseProposal: () => ({ note: '按专家意见压缩建设规模' }),
  filePlan: ({ project, today }) => ({
    nodes: [
      { title: '前期要件编制', due: today.add(60, 'day'), unit: project.row.unit, post: '项目专员' },
      { title: '征地拆迁和场地移交', due: today.add(90, 'day'), unit: project.row.unit, post: '项目专员' },
    ],
  }),
  completeNode: () => ({ note: '已按计划完成' }),
  submitItem: ({ pack, act }) => ({ papers: given(pack.items.find((i) => i.key === act.params.item)?.papers.map((p) => p.key)) }),
  supplyPapers: ({ project, act }) => ({ papers: given(project.items.find((i) => i.key === act.params.item)?.missing?.map((m) => m.paper)) }),
  askSupplement: ({ pack, act }) => {
    const paper = pack.items.find((i) => i.key === act.params.item)?.papers[0]
    return { missing: [{ paper: paper?.key, standard: paper?.standard.zh }] }
  },
  grantItem: () => ({ document: '桂审批〔2026〕18号' }),
  refuseItem: () => ({ reason: '材料内容与现场不符', basis: '《中华人民共和国行政许可法》第三十八条' }),
  confirmNeed: ({ project, act }) => ({ amount: project.needs.find((n) => n.resource === act.params.resource)?.asked }),
  confirmCondition: ({ task }) => ({ document: `${task?.name.zh.split('·')[0]}证明文件` }),
  setPlan: ({ project, today }) => ({ months: [0, 1, 2].map((n) => ({ period: today.startOf('month').add(n, 'month'), amount: project.row.investment / wan / 3 })) }),
  startConstruction: () => ({ document: '开工令〔2026〕1号' }),
  fileReport: ({ project }) => ({ investment: project.row.investment / wan / 3, image: '基础和主体施工按计划完成', forecast: '下月按计划推进' }),
  registerProblem: () => ({ title: '管线迁改与施工交叉', detail: '影响关键线路，请协调解决' }),
  assignProblem: ({ project }) => ({ party: `unit/${project.row.unit}` }),
  closeProblem: () => ({ outcome: '已现场协调，方案确定并实施' }),
  requestAcceptance: ({ today }) => ({ trialRun: today }),
  fileSettlement: ({ project }) => ({ amount: project.row.investment / wan, audit: '竣工决算审计报告〔2026〕7号' }),
  acceptJointly: () => ({ passed: 'true', document: '竣工验收鉴定书〔2026〕1号' }),
  finishRectification: () => ({ note: '已整改' }),
}

/** What is typed in answer to what is on offer. */
export const answerTo = (c: Chance): Typed => answers[c.act.operation as Acting]?.(c) ?? {}

const departments: Record<string, string> = {
  development: 'fgw', resources: 'zrzy', environment: 'sthj', housing: 'zjj', emergency: 'yjj', water: 'slj', forestry: 'lyj', finance: 'czj', health: 'wjw', archives: 'daj', 'civil-defence': 'rfb', audit: 'sjj',
}

/** The account that works for a party. */
export function holderOf({ kind, code }: Schemas['Party']): string {
  switch (kind) {
    case 'department': return `${departments[code ?? '']}-handler`
    case 'unit': return (code ?? '').replace('unit-', 'liaison-')
    case 'owner': return `owner-${code}`
    case 'expert': return code ?? ''
    default: return kind
  }
}

/** The civil date. */
export async function today(): Promise<Dayjs> {
  const { now } = await ask<{ now: string }>('office', '/clock')
  return dayjs(new Date(Date.parse(now) + 8 * 3_600_000).toISOString().slice(0, 10))
}

const packs = new Map<string, Promise<Schemas['Pack']>>()

function packOf(hash: string): Promise<Schemas['Pack']> {
  if (!packs.has(hash)) packs.set(hash, ask('office', `/packs/${hash}`))
  return packs.get(hash)!
}

/** One project, as who may see everything sees it. */
export const see = (project: string) => ask<Project>('auditor', `/projects/${project}`)

/** What is on offer to somebody, about a task or about the whole project; nothing when the operation is not on offer. */
export async function chance(account: string, project: Project, operation: Acting, task?: Task): Promise<Chance | undefined> {
  const { items } = await ask<Schemas['ActList']>(account, `/projects/${project.row.id}/acts${task ? `?task=${encodeURIComponent(task.key)}` : ''}`)
  const act = items.find((a) => a.operation === operation)
  return act && { account, project, pack: await packOf(project.pack), act, task, today: await today() }
}

/** Does it over the API, as the page would. */
export async function byApi(c: Chance, typed = answerTo(c)): Promise<void> {
  const operation = c.act.operation as Acting
  const params: Record<string, string> = { ...c.act.params, projectId: c.project.row.id }
  const path = pathOfOperation[operation].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  await ask(c.account, path, { body: bodyOf(forms[operation].fields, typed), key: newKey(), post: c.act.post })
}

export interface Way {
  /** How things are done; over the API when absent. */
  by?: (c: Chance) => Promise<void>
  /** What is not done (yet), though it could be. */
  not?: (task: Task, project: Project) => boolean
}

/** Leads a project until something holds: whoever has open work does it. */
export async function lead(id: string, until: (p: Project) => boolean, { by = byApi, not = () => false }: Way = {}): Promise<Project> {
  let moved = Date.now()
  for (;;) {
    const project = await see(id)
    if (until(project)) return project
    const before = moved
    let enough = false
    const does = async (account: string, task: Task) => {
      const operation = next[task.kind]!
      if (operation === 'startConstruction' && !project.reporting.plan?.length) {
        const plan = await chance(account, project, 'setPlan')
        if (plan) await by(plan)
      }
      const c = await chance(account, project, operation, task)
      if (!c) return
      await by(c).catch(async (e: unknown) => {
        // The clock goes on: what lapsed meanwhile is nobody's work any more.
        if (await chance(account, project, operation, task)) throw e
      })
      moved = Date.now()
      enough ||= until(await see(id))
    }
    const work = project.tasks.filter((t) => next[t.kind] && !not(t, project))
    await Promise.all([...new Set(work.map((t) => holderOf(t.party)))].map(async (account) => {
      for (const task of work) if (holderOf(task.party) === account && !enough) await does(account, task)
    }))
    if (moved === before) await pause(150)
    if (Date.now() - moved > 600_000) throw new Error(`${project.row.name} stands still in ${project.row.phase}; open: ${project.tasks.map((t) => t.key).join(', ')}`)
  }
}

const order: Schemas['Phase'][] = ['planning', 'evaluation', 'approval', 'assurance', 'startup', 'construction', 'completion', 'closed']

/** A project that has come to a phase. */
export const reached = (phase: Schemas['Phase']) => (p: Project) => order.indexOf(p.row.phase) >= order.indexOf(phase)

/** What is declared: a factory that takes no new land, so that few departments have to do with it. */
export async function profile(name: string): Promise<Schemas['DeclaredProfile']> {
  const day = await today()
  return {
    name, unit: 'unit-gxj', owner: 'xinyou', sector: 'industry', level: 'city', procedure: 'filing', funding: 'enterprise', government: false,
    investment: 60_000 * wan, plannedStart: day.add(200, 'day').format('YYYY-MM-DD'), plannedCompletion: day.add(600, 'day').format('YYYY-MM-DD'),
    specialities: ['industry', 'engineering'], summary: '建设电池组件生产线两条及配套设施', asks: [{ resource: 'funds', amount: '20', year: day.year() }],
  }
}

/** Declares a project over the API. */
export async function declared(name: string, changes: Partial<Schemas['DeclaredProfile']> = {}): Promise<string> {
  const asked = { ...(await profile(name)), ...changes }
  const { project } = await ask<Schemas['Receipt']>(holderOf({ kind: 'owner', code: asked.owner }), '/projects', { body: { profile: asked }, key: newKey() })
  return project
}
