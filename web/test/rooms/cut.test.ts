// Connections break, services are restarted, and others work at the same time.

import { beforeAll, expect, it } from 'vitest'

import { forms } from '../../src/acts/catalog'
import { zh } from '../../src/words/zh'
import { done, fill, openForm, sender } from '../clicks'
import { byApi, chance, declared, see } from '../lead'
import { lines, startService, stopService, timeline } from '../service'
import { someone } from '../stage'

let project = ''
beforeAll(async () => {
  project = await declared('断线续办试验厂房项目')
})

it('a form outlives the service: the break is told, nothing typed is lost, and what is sent again is done once', async () => {
  const act = 'registerProblem'
  const problem = { title: '排水接口未明确', detail: '雨季前须解决' }
  const person = await someone('supervisor', `/projects/${project}`)
  const { page } = person
  const form = await openForm(person, act)
  await fill(page, form, forms[act].fields, problem)
  const typed = async () => ({ title: await form.getByLabel(zh.field.title, { exact: true }).inputValue(), detail: await form.getByLabel(zh.field.detail, { exact: true }).inputValue() })

  await stopService()
  try {
    await page.getByText(zh.session.cut).waitFor()
    expect(await typed()).toEqual(problem)
    await sender(form, act).click()
    await form.getByRole('alert').filter({ hasText: zh.say.unknown }).waitFor()
    expect(await typed()).toEqual(problem)
  } finally {
    await startService()
  }
  await page.getByText(zh.session.cut).waitFor({ state: 'hidden' })
  expect(await typed()).toEqual(problem)
  await form.getByRole('button', { name: zh.say.sendAgain }).click()
  await done(page, act)
  expect(await lines(project, 'ProblemRegistered')).toBe(1)
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

it('an ended session asks for the password again and keeps what was typed', async () => {
  const act = 'registerProblem'
  const person = await someone('supervisor', `/projects/${project}`)
  const { page } = person
  const form = await openForm(person, act)
  await fill(page, form, forms[act].fields, { title: '登录结束以前填写的标题' })
  await person.context.clearCookies()
  await sender(form, act).click()
  await page.getByText(zh.session.ended).waitFor()
  await page.locator('.over #account').fill('supervisor')
  await page.locator('.over #password').fill('milepost-demo')
  await page.keyboard.press('Enter')
  await page.getByText(zh.session.ended).waitFor({ state: 'hidden' })
  expect(await form.getByLabel(zh.field.title, { exact: true }).inputValue()).toBe('登录结束以前填写的标题')
  await sender(form, act).click()
  await done(page, act)
  expect((await timeline(project)).filter((e) => e.text.zh.includes('登录结束以前填写的标题'))).toHaveLength(1)
})
