// Everybody signs in and does the work that his post is there for.

import dayjs from 'dayjs'
import { beforeAll, describe, expect, it, vi } from 'vitest'

import { zh } from '../../src/words/zh'
import { act, attach, done, openForm, openProject, openTask, rowsOf, sender } from '../clicks'
import { declared, lead, see } from '../lead'
import { lines, type Schemas } from '../service'
import { settled, signIn, someone, stranger } from '../stage'

const name = '各岗位试验用电池厂房项目'
let project = ''
const here = () => ({ id: project, name })

const task = async (kind: Schemas['TaskKind'], subject?: string) => {
  const found = (await see(project)).tasks.find((t) => t.kind === kind && (!subject || t.subject === subject))
  if (!found) throw new Error(`there is no open ${kind} ${subject ?? ''}`)
  return found
}

/** Signs in at the door and finds a task of the project in the inbox. */
async function at(account: string, kind: Schemas['TaskKind'], subject?: string) {
  const person = await stranger()
  await signIn(person, account)
  const found = await task(kind, subject)
  await openTask(person, here(), found.name.zh)
  return person
}

describe('on the way of a project', () => {
  beforeAll(async () => {
    project = await declared(name)
  })

  it('the office reviews an entry', async () => {
    await act(await at('office', 'entry-review'), 'reviewEntry', { decision: 'admit', opinion: '符合重大项目标准' })
    expect((await see(project)).library.admitted).toBeTruthy()
  })

  it('an expert scores', async () => {
    await lead(project, (p) => p.tasks.some((t) => t.kind === 'scoring'))
    const { party } = await task('scoring')
    const marks = { necessity: 18, feasibility: 17, economy: 20, elements: 16, readiness: 12 }
    await act(await at(party.code ?? '', 'scoring'), 'submitScore', { marks, opinion: '建设必要，方案可行' })
    expect((await see(project)).panel.members.find((m) => m.expert === party.code)?.state).toBe('scored')
  })

  it('a liaison files the plan', async () => {
    await lead(project, (p) => p.tasks.some((t) => t.kind === 'plan'), { not: (t) => t.kind === 'plan' })
    await act(await at('liaison-gxj', 'plan'), 'filePlan', { nodes: [{ title: '前期要件编制', due: dayjs('2026-06-30'), post: '项目专员' }, { title: '场地移交', due: dayjs('2026-07-31'), post: '项目专员' }] })
    expect((await see(project)).plan.map((n) => n.title)).toEqual(['前期要件编制', '场地移交'])
  })

  it('an owner submits an item with a file', async () => {
    const person = await at('owner-xinyou', 'submission', 'filing')
    const { page } = person
    const form = await openForm(person, 'submitItem')
    await attach(page, form, '企业投资项目备案表.pdf')
    await sender(form, 'submitItem').click()
    await done(page, 'submitItem')
    expect(await lines(project, 'ItemSubmitted')).toBe(1)
    expect(await lines(project, 'FilesHandedIn')).toBe(1)
  })

  it('a handler accepts, takes and grants', async () => {
    const handler = await at('fgw-handler', 'completeness', 'filing')
    await act(handler, 'acceptItem', {})
    await openTask(handler, here(), (await task('decision', 'filing')).name.zh)
    await act(handler, 'claimTask', {})
    await act(handler, 'grantItem', { document: '桂审批〔2026〕18号' })
    expect((await see(project)).items.find((i) => i.key === 'filing')?.state).toBe('granted')
  })

  it('a head extends a limit, and gives work to a handler', async () => {
    await lead(project, (p) => p.items.find((i) => i.key === 'fire-design')?.state === 'accepted', { not: (t) => !(t.subject === 'fire-design' && t.kind !== 'decision') })
    const head = await at('zjj-head', 'decision', 'fire-design')
    await act(head, 'extendItem', { days: 3, reason: '需组织现场核查' })
    expect(await lines(project, 'ItemExtended')).toBe(1)

    const { page } = head
    await page.locator('header').getByRole('link', { name: zh.nav.inbox, exact: true }).click()
    const row = rowsOf(page, here()).filter({ hasText: (await task('decision', 'fire-design')).name.zh })
    await row.getByRole('checkbox').check()
    await page.getByRole('button', { name: new RegExp(zh.inbox.assign) }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(zh.inbox.assignTo).click()
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click()
    await form.getByLabel(zh.inbox.reason).fill('由经办人办理')
    await form.getByRole('button', { name: zh.say.submit, exact: true }).click()
    await form.waitFor({ state: 'hidden' })
    await row.getByText('住房和城乡建设局经办人').waitFor()
  })

  it('a leader sees every task of the city and suspends a project, and the office resumes it', async () => {
    const leader = await someone('leader', '/inbox?view=everyone')
    await rowsOf(leader.page, here()).first().waitFor()
    await openProject(leader, here())
    await act(leader, 'suspend', { reason: '规划调整', until: dayjs('2026-12-31') })
    expect((await see(project)).row.status).toBe('suspended')
    const office = await someone('office', '/')
    await openProject(office, here())
    await act(office, 'resume', { reason: '规划已确定' })
    expect((await see(project)).row.status).toBe('active')
  })

  it('a supervisor registers a problem', async () => {
    const supervisor = await stranger()
    await signIn(supervisor, 'supervisor')
    await openProject(supervisor, here())
    await act(supervisor, 'registerProblem', { title: '管线迁改与施工交叉', detail: '请协调解决' })
    expect(await lines(project, 'ProblemRegistered')).toBe(1)
  })

  it('an auditor reads the whole record of a project, and by clause', async () => {
    const auditor = await stranger()
    await signIn(auditor, 'auditor')
    const { page } = auditor
    await openProject(auditor, here())
    await page.getByRole('tab', { name: zh.project.timeline }).click()
    const rows = page.locator('tbody tr.ant-table-row')
    const { seq } = (await see(project)).row
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(Math.min(100, seq))
    await page.getByRole('combobox', { name: zh.events.clause }).click()
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: /^OWN-4$|^GL-1$|^XN-5$/ }).first().click()
    await expect.poll(async () => new Set(await page.locator('tbody tr.ant-table-row td:last-child').allInnerTexts()).size, { timeout: 30_000 }).toBe(1)
  })
})

describe('at the door', () => {
  it('a wrong password is refused in words, and what was typed stays', async () => {
    const { page } = await stranger()
    await page.goto('/')
    await page.locator('#account').fill('office')
    await page.locator('#password').fill('not-the-password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.locator('#account').inputValue()).toBe('office')
  })

  it.each(['office', 'fgw-handler', 'fgw-head', 'owner-xinyou', 'liaison-gxj', 'expert005', 'supervisor', 'leader', 'auditor', 'sysadmin', 'secadmin'])('%s signs in, begins where his work is, and signs out', async (account) => {
    const person = await stranger()
    await signIn(person, account)
    const { page } = person
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.getByText(zh.say.notFound).count(), `the first page of ${account} is there`).toBe(0)
    expect(await page.locator('header a[href^="/"]').count()).toBeGreaterThan(1)
    await settled(page)
    const out = page.getByRole('menuitem', { name: zh.session.signOut })
    await vi.waitFor(async () => { // while the page is still being read, the menu may move from under the mouse
      if (!(await out.isVisible())) await page.locator('header').getByRole('button').filter({ has: page.locator('.anticon-user') }).click()
      await out.click({ timeout: 5000 })
      await page.locator('#account').waitFor({ timeout: 10_000 })
    }, { timeout: 120_000, interval: 500 })
    await page.goto('/inbox')
    await page.locator('#account').waitFor() // the door is shut
  })
})

it('a page that cannot be loaded any more, as after an upgrade, says so, and is there after a reload', async () => {
  const person = await someone('office', '/projects')
  const { page } = person
  await page.route(/\/assets\/.*\.js$/, (route) => route.fulfill({ status: 404 }))
  await page.locator('header').getByRole('link', { name: zh.nav.inbox, exact: true }).click()
  await page.getByRole('heading', { name: zh.say.broken }).waitFor()
  await page.locator('header').getByRole('link', { name: zh.nav.projects, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: zh.projects.title }).waitFor() // what was loaded before still goes
  await page.locator('header').getByRole('link', { name: zh.nav.inbox, exact: true }).click()
  await page.unroute(/\/assets\/.*\.js$/)
  await page.getByRole('button', { name: zh.say.reload }).click()
  await page.getByRole('heading', { level: 1, name: zh.inbox.title }).waitFor()
  expect(person.complaints.length, 'what broke can be read in the console').toBeGreaterThan(0)
  person.complaints.length = 0
})
