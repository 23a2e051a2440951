// Whatever hands and browsers do, an act is done once.

import { beforeAll, expect, it } from 'vitest'

import { forms } from '../../src/acts/catalog'
import { zh } from '../../src/words/zh'
import { done, fill, openForm, sender } from '../clicks'
import { declared } from '../lead'
import { lines, pause } from '../service'
import { someone, visit } from '../stage'

// A paper can be filed any number of times: no rule helps, if the page sends it twice.
const act = 'filePaper'
const paper = { title: '补充地质勘察说明', note: '勘察单位补充钻孔三个' }

let project = ''
beforeAll(async () => {
  project = await declared('一次办理试验厂房项目')
})

/** The owner, with the form filled in, and the keys of what his browser sends. */
async function filledIn() {
  const person = await someone('owner-xinyou', `/projects/${project}`)
  const sent: (string | undefined)[] = []
  person.page.on('request', (r) => {
    if (r.method() === 'POST' && r.url().endsWith('/papers')) sent.push(r.headers()['idempotency-key'])
  })
  const form = await openForm(person, act)
  await fill(person.page, form, forms[act].fields, paper)
  return { person, form, sent }
}

const filed = () => lines(project, 'PaperFiled')

it('a double click is one act', async () => {
  const before = await filed()
  const { person, form, sent } = await filledIn()
  await sender(form, act).dblclick({ delay: 20 })
  await done(person.page, act)
  await pause(1500)
  expect(await filed()).toBe(before + 1)
  expect(new Set(sent).size, `keys of the requests: ${sent.join(', ')}`).toBe(1)
})

it('Enter pressed three times at once, and once too often, is one act', async () => {
  const before = await filed()
  const { person: { page }, form } = await filledIn()
  await form.getByLabel(zh.field.title, { exact: true }).focus()
  for (let n = 0; n < 3; n++) await page.keyboard.press('Enter')
  await done(page, act)
  await page.waitForFunction(() => document.activeElement?.id === 'content')
  await page.keyboard.press('Enter')
  await pause(1500)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await filed()).toBe(before + 1)
})

it('going back, forward, and reloading after an act repeats nothing', async () => {
  const before = await filed()
  const { person, form, sent } = await filledIn()
  const { page } = person
  await sender(form, act).click()
  await done(page, act)
  await page.reload()
  await visit(person, '/projects')
  await page.goBack()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.goForward()
  await page.goBack()
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await pause(1500)
  expect(await filed()).toBe(before + 1)
  expect(sent).toHaveLength(1)
})

it('an act whose answer is lost is sent again and done once', async () => {
  const before = await filed()
  const { person, form, sent } = await filledIn()
  const { page } = person
  await page.route('**/papers', async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  }, { times: 1 })
  await sender(form, act).click()
  await form.getByRole('alert').filter({ hasText: zh.say.unknown }).waitFor()
  expect(await form.getByLabel(zh.field.title, { exact: true }).inputValue()).toBe(paper.title)
  await form.getByRole('button', { name: zh.say.sendAgain }).click()
  await done(page, act)
  expect(await filed()).toBe(before + 1)
  expect(new Set(sent).size).toBe(1)
  expect(sent).toHaveLength(2)
})

it('what is missing is said, what was typed stays, and mended it is done', async () => {
  const before = await filed()
  const { person, form } = await filledIn()
  const { page } = person
  const title = form.getByLabel(zh.field.title, { exact: true })
  await title.fill('')
  await sender(form, act).click()
  await form.getByText(zh.session.required).first().waitFor()
  expect(await form.getByLabel(zh.field.note, { exact: true }).inputValue()).toBe(paper.note)
  await title.fill(paper.title)
  await sender(form, act).click()
  await done(page, act)
  expect(await filed()).toBe(before + 1)
})

it('what the server refuses is said at its field, what was typed stays, and mended it is done', async () => {
  const before = await filed()
  const { person, form } = await filledIn()
  const title = form.getByLabel(zh.field.title, { exact: true })
  await title.fill('补充\u202e说明') // with a sign that nobody can see
  await sender(form, act).click()
  await form.locator('.ant-form-item-explain-error').first().waitFor()
  await form.getByRole('alert').first().waitFor()
  expect(await form.getByLabel(zh.field.note, { exact: true }).inputValue()).toBe(paper.note)
  expect(await filed()).toBe(before)
  await title.fill(paper.title)
  await sender(form, act).click()
  await done(person.page, act)
  expect(await filed()).toBe(before + 1)
})
