// Every room, as somebody sees it whose room it is: in both languages, on a desk and in a pocket.

import { afterAll, beforeAll, expect, it } from 'vitest'

import { en } from '../../src/words/en'
import { zh } from '../../src/words/zh'
import { checkTable, openForm } from '../clicks'
import { byApi, chance, declared, lead, reached, see } from '../lead'
import { barriers, bareKeys, misfits, told, untranslated } from '../looks'
import { ask, type Schemas } from '../service'
import { desktop, keep, phone, settled, someone, still, stranger, visit, type Person } from '../stage'

const long = '桂林市临桂新区及苏桥经济开发区西片区多能互补综合能源与新能源汽车动力电池关键材料研发制造一体化示范产业园（一期）配套基础设施及智慧管理平台建设项目'
let evaluated = '' // in evaluation
let approving = '' // in approval, with a long name
let building = '' // under construction, with a problem
let finishing = '' // being accepted

beforeAll(async () => {
  const item = (p: Schemas['Project'], key: string) => p.items.find((i) => i.key === key)?.state
  evaluated = await declared('专家评估中的试验项目')
  approving = await declared(long)
  building = await declared('桂林市电池材料试验厂房')
  finishing = await declared('竣工验收中的试验厂房')
  await Promise.all([
    lead(evaluated, (p) => p.tasks.some((t) => t.kind === 'scoring')),
    lead(approving, reached('approval'))
      .then(() => lead(approving, (p) => item(p, 'filing') === 'accepted', { not: (t) => t.subject !== 'filing' || t.kind === 'decision' }))
      .then(() => lead(approving, (p) => item(p, 'drawing-review') === 'received', { not: (t) => t.subject !== 'drawing-review' })),
    lead(building, reached('construction')).then(async (p) => {
      const problem = await chance('supervisor', p, 'registerProblem')
      await byApi(problem!)
      const given = await chance('office', await see(building), 'assignProblem')
      await byApi(given!)
    }),
    lead(finishing, (p) => p.tasks.some((t) => t.kind === 'joint')),
  ])
})

interface Room {
  name: string
  path: () => string | Promise<string>
  /** What is done there before anybody looks. */
  first?: (p: Person) => Promise<unknown>
}

const room = (path: string, first?: Room['first']): Room => ({ name: path, path: () => path, first })
const of = (project: () => string, name: string, ...tabs: string[]): Room[] => tabs.map((tab) => ({ name: `${name}, ${tab || 'overview'}`, path: () => `/projects/${project()}${tab && `/${tab}`}` }))

/** The page of a project's task. */
async function pageOf(project: string, kind: Schemas['TaskKind'], department?: string) {
  const task = (await see(project)).tasks.find((t) => t.kind === kind && (!department || t.party.code === department))
  if (!task) throw new Error(`there is no open ${kind} ${department ?? ''}`)
  return `/projects/${project}/tasks/${encodeURIComponent(task.key.replaceAll('/', '~'))}`
}

const form = (kind: Schemas['TaskKind'], operation: Parameters<typeof openForm>[1], project = () => approving, department?: string): Room =>
  ({ name: `the form ${operation}`, path: () => pageOf(project(), kind, department), first: (p) => openForm(p, operation) })

const click = (name: string) => ({ page }: Person) => page.locator('#content').getByRole('button', { name, exact: true }).first().click()
const packs = async () => (await ask<Schemas['PackList']>('office', '/packs')).items

/** Who sees which rooms; whatever the head of the page leads to comes by itself. */
const rooms: Record<string, () => Room[] | Promise<Room[]>> = {
  stranger: () => [room('/')],
  office: async () => [
    room('/inbox?view=everyone'), room('/projects'), room('/no-such-page'),
    ...of(() => approving, 'a project in approval', '', 'chart', 'items', 'problems', 'files', 'notices', 'timeline'),
    { name: 'a task with its clock', path: () => pageOf(approving, 'decision') },
    room('/declare?tab=many', checkTable('Declarations 2026.xlsx')),
    room('/quotas?of=guilin/funds/2026', click(zh.office.quotas.add)),
    room(`/packs/${(await packs())[0]?.hash}`), room(`/packs/compare?from=${(await packs())[1]?.hash}&to=${(await packs())[0]?.hash}`),
    ...['deadline', 'load'].map((tab) => room(`/calendars?tab=${tab}`)),
  ],
  leader: () => [room('/wall'), room('/wall/investments'), room('/wall?meeting=1'), { name: '/wall?meeting=1, light', path: () => '/wall?meeting=1', first: ({ page }) => page.getByText(zh.wall.light, { exact: true }).click() }],
  'owner-xinyou': () => [
    room('/mine'), ...of(() => building, 'a project under construction', '', 'evaluation', 'assurance', 'reports', 'problems'),
    ...of(() => finishing, 'a project that is accepted', 'completion'),
    { name: 'the form setPlan', path: () => `/projects/${building}`, first: (p) => openForm(p, 'setPlan') }, form('submission', 'submitItem'),
  ],
  'fgw-handler': () => [room('/inbox'), form('decision', 'refuseItem', () => approving, 'development'), form('decision', 'pauseItem', () => approving, 'development')],
  'zjj-head': () => [room('/inbox')],
  'sjj-handler': () => [room('/inbox'), room('/me'), room('/notices')], // nobody has given him work
  'liaison-gxj': () => [],
  supervisor: () => [],
  auditor: () => ['', '?kind=owners'].map((kind) => room(`/masters${kind}`)),
  sysadmin: () => [room('/people/zjj-handler'), room('/people', click(zh.admin.create))],
  secadmin: () => [room('/people/zjj-handler')],
}

const walked = new Set<string>()
const took: string[] = []
afterAll(() => console.log(took.join('\n')))

it.each(Object.keys(rooms))('nothing is wrong with what can be seen as %s', { timeout: 1_200_000 }, (account) => walk(account, rooms[account]!))

it('nothing is wrong with what an expert sees', { timeout: 600_000 }, async () => {
  const expert = (await see(evaluated)).tasks.find((t) => t.kind === 'scoring')?.party.code ?? ''
  await walk(expert, () => [room('/inbox'), form('scoring', 'submitScore', () => evaluated)])
})

/** Visits the rooms of somebody, and the rooms that the head of his page leads to and nobody has looked at yet. */
async function walk(account: string, own: () => Room[] | Promise<Room[]>) {
  const person = account === 'stranger' ? await stranger() : await someone(account, '/me')
  const known = told(person)
  const ways = account === 'stranger' ? [] : await person.page.locator('header nav a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
  const all = await own()
  for (const path of ways) if (!walked.has(path) && !all.some((r) => r.name === path)) all.push(room(path))
  const found: string[] = []
  for (const { name, path, first } of all) {
    walked.add(name)
    const began = Date.now()
    await visit(person, await path())
    await first?.(person)
    const faults = await faultsOf(person, known)
    took.push(`${account} ${name} ${Date.now() - began} ms`)
    if (!faults.length) continue
    found.push(...faults.map((f) => `${name}: ${f}`))
    await keep(person, `looks ${account} ${name}`)
  }
  if (found.length) throw new Error(`${found.length} faults:\n${found.join('\n')}`)
}

/** Everything that is wrong with what somebody sees. */
async function faultsOf(person: Person, known: () => Promise<Set<string>>): Promise<string[]> {
  const { page } = person
  const found: string[] = []
  const note = (where: string, what: string[]) => found.push(...what.map((w) => `${where}: ${w}`))
  const speak = async (other: 'zh' | 'en') => {
    await page.locator(`button[lang="${other}"]`).first().evaluate((b: HTMLElement) => b.click())
    await page.waitForFunction((l) => document.documentElement.lang.startsWith(l), other)
    await settled(page)
    await still(page)
  }
  const turn = async (size: { width: number; height: number }) => {
    await page.setViewportSize(size)
    await still(page)
  }
  await still(page)
  note('Chinese, desk', [...(await barriers(page)), ...(await misfits(page)), ...(await bareKeys(page))])
  await turn(phone)
  note('Chinese, pocket', await misfits(page))
  await speak('en')
  note('English, pocket', [...(await misfits(page)), ...(await barriers(page))])
  await turn(desktop)
  note('English, desk', [...(await misfits(page)), ...(await bareKeys(page)), ...(await untranslated(page, await known()))])
  await speak('zh')
  return found
}

it('the skip link, the language and the title of a page are right in both languages', async () => {
  const { page } = await someone('office', '/projects')
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
  expect(await page.title()).toBe(`${zh.projects.title} · ${zh.name}`)
  await page.locator('button[lang="en"]').first().click()
  await page.getByRole('heading', { level: 1, name: en.projects.title }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  expect(await page.title()).toBe(`${en.projects.title} · ${en.name}`)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: en.projects.title }).waitFor() // it is remembered
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(en.say.skip)
})

it.each([['', 'overview'], ['/timeline', 'timeline'], ['/chart', 'chart'], ['/items', 'items']])('a project can be printed: %s (%s)', async (view) => {
  const { page } = await someone('office', `/projects/${approving}${view}`)
  await page.setViewportSize({ width: 718, height: 1000 }) // an A4 page within its margins
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('header').isVisible()).toBe(false)
  expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
  const cut = await page.evaluate(() => [...document.querySelectorAll('.ant-table-content, .ant-table-body, .chart')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible').map((e) => `${e.className}: ${e.scrollWidth} of ${e.clientWidth}`))
  expect(cut, 'what paper would cut off').toEqual([])
  const sheet = await page.pdf({ format: 'A4' })
  expect(sheet.length).toBeGreaterThan(20_000)
  expect(sheet.subarray(0, 5).toString()).toBe('%PDF-')
})
