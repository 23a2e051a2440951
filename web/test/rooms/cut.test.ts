// Connections break, services are restarted, and others work at the same time.

import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'

import { forms } from '../../src/acts/catalog'
import { zh } from '../../src/words/zh'
import { done, fill, openForm, openTask, sender } from '../clicks'
import { byApi, chance, declared, see } from '../lead'
import { lines, password, startService, stopService, timeline } from '../service'
import { someone } from '../stage'

let project = ''
beforeAll(async () => {
  project = await declared('断线续办试验厂房项目')
})

const act = 'registerProblem'

/** What stands in the form of a problem. */
const typedIn = async (form: Locator) => ({
  title: await form.getByLabel(zh.field.title, { exact: true }).inputValue(), detail: await form.getByLabel(zh.field.detail, { exact: true }).inputValue(),
})

/** Somebody at the form of a problem, filled in. */
async function filledIn(problem: { title: string; detail: string }) {
  const person = await someone('supervisor', `/projects/${project}`)
  const form = await openForm(person, act)
  await fill(person.page, form, forms[act].fields, problem)
  return { person, page: person.page, form }
}

const registered = async (title: string) => (await timeline(project)).filter((e) => e.type === 'ProblemRegistered' && e.text.zh.includes(title)).length

/** Waits until the page has tried to read the project anew so often that it gives up. */
function givesUp(page: Page): Promise<void> {
  return new Promise((done) => {
    let failed = 0
    page.on('requestfailed', (r) => {
      if (r.method() === 'GET' && r.url().endsWith(`/api/v1/projects/${project}`) && !r.failure()?.errorText.includes('ABORTED') && ++failed === 5) done()
    })
  })
}

/** Signs in at the door that has come down before what was on the screen. */
async function comesBack(page: Page) {
  await page.getByText(zh.session.ended).waitFor()
  await page.keyboard.press('Escape') // does not open it
  await page.keyboard.type('supervisor')
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.getByText(zh.session.ended).waitFor({ state: 'hidden' })
}

it('a form outlives the service: the break is told, nothing typed is lost, and what is sent again is done once', async () => {
  const problem = { title: '排水接口未明确', detail: '雨季前须解决' }
  const { page, form } = await filledIn(problem)
  await stopService()
  try {
    await page.getByText(zh.session.cut).waitFor()
    expect(await typedIn(form)).toEqual(problem)
    const longAway = givesUp(page)
    await sender(form, act).click()
    await form.getByRole('alert').filter({ hasText: zh.say.unknown }).waitFor()
    await longAway
    expect(await typedIn(form)).toEqual(problem)
  } finally {
    await startService()
  }
  await page.getByText(zh.session.cut).waitFor({ state: 'hidden' })
  expect(await typedIn(form)).toEqual(problem)
  await form.getByRole('button', { name: zh.say.sendAgain }).click()
  await done(page, act)
  expect(await registered(problem.title)).toBe(1)
})

it('after a restart of the service the page goes on, signed in, and shows what happened since', async () => {
  const { page } = await someone('office', `/projects/${project}/timeline`)
  await page.evaluate(() => { (window as unknown as { mark: string }).mark = 'the same page' })
  await stopService()
  await page.getByText(zh.session.cut).waitFor().finally(startService)
  await page.getByText(zh.session.cut).waitFor({ state: 'hidden' })
  await byApi((await chance('supervisor', await see(project), 'registerProblem'))!, { title: '重启以后登记的问题' })
  await page.getByRole('cell', { name: /重启以后登记的问题/ }).waitFor()
  expect(await page.evaluate(() => (window as unknown as { mark?: string }).mark)).toBe('the same page')
})

it('what somebody else does appears without a reload', async () => {
  const { page } = await someone('office', '/inbox')
  const fresh = '他人申报即时可见项目'
  const row = page.getByRole('row').filter({ hasText: fresh })
  const id = await declared(fresh)
  await row.waitFor()
  await byApi((await chance('office2', await see(id), 'reviewEntry', (await see(id)).tasks[0]))!)
  await row.filter({ hasText: zh.kind['entry-review'] }).waitFor({ state: 'hidden' })
  await row.filter({ hasText: zh.kind.recognition }).waitFor()

  const other = await someone('leader', `/projects/${id}`)
  const { page: second } = other
  await second.getByRole('heading', { level: 1, name: fresh }).waitFor()
  await byApi((await chance('office2', await see(id), 'recognise', (await see(id)).tasks[0]))!)
  await second.locator('.ant-steps-item-active, .ant-steps-item-process').filter({ hasText: zh.phase.evaluation }).waitFor()
})

it('a form stays when a colleague has done the work meanwhile, and sending it says why it is refused', async () => {
  const contested = { name: '同时办理试验项目', id: '' }
  contested.id = await declared(contested.name)
  const [task] = (await see(contested.id)).tasks
  const office = await someone('office', '/inbox')
  const { page } = office
  await openTask(office, contested, task!.name.zh)
  const form = await openForm(office, 'reviewEntry')
  const opinion = { decision: 'return', opinion: '投资估算依据不足' }
  await fill(page, form, forms.reviewEntry.fields, opinion)
  await byApi((await chance('office2', await see(contested.id), 'reviewEntry', task))!)
  await page.getByText(new RegExp(zh.task.closed.replace('{{at}}', '.+'))).waitFor()
  expect(await form.getByLabel(zh.field.opinion, { exact: true }).inputValue()).toBe(opinion.opinion)
  await sender(form, 'reviewEntry').click()
  await form.getByRole('alert').filter({ hasText: zh.say.requestId }).waitFor()
  expect(await form.getByLabel(zh.field.opinion, { exact: true }).inputValue()).toBe(opinion.opinion)
  expect(await lines(contested.id, 'EntryAdmitted')).toBe(1)
  expect(await lines(contested.id, 'EntryReturned')).toBe(0)
})

it('an ended session asks for the password again and keeps what was typed', async () => {
  const problem = { title: '登录结束以前填写的标题', detail: '登录结束以前填写的说明' }
  const { person, page, form } = await filledIn(problem)
  await person.context.clearCookies()
  await sender(form, act).click()
  await comesBack(page)
  expect(await typedIn(form)).toEqual(problem)
  await sender(form, act).click()
  await done(page, act)
  expect(await registered(problem.title)).toBe(1)
})

it('an act whose answer was lost is done once, though the session ended before it was sent again', async () => {
  const problem = { title: '答复丢失后登录结束', detail: '同一操作只办一次' }
  const { person, page, form } = await filledIn(problem)
  await page.route('**/problems', async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  }, { times: 1 })
  await sender(form, act).click()
  const again = form.getByRole('button', { name: zh.say.sendAgain })
  await again.waitFor()
  await person.context.clearCookies()
  await again.click({ timeout: 3000 }).catch(() => undefined) // unless a late read has told the page already, and the door is there
  await comesBack(page)
  expect(await typedIn(form)).toEqual(problem)
  await sender(form, act).or(again).click()
  await done(page, act)
  expect(await registered(problem.title)).toBe(1)
})
