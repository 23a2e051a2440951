// What people do at the page: they find their work, open it, fill in a form, and send it.

import type { Dayjs } from 'dayjs'
import type { Locator, Page } from 'playwright-core'

import type { Typed, TypedPaper } from '../src/acts/body'
import { forms, type Acting, type Field } from '../src/acts/catalog'
import { zh } from '../src/words/zh'
import { answerTo, type Chance } from './lead'
import { ask, faultyTable, type Schemas } from './service'
import { settled, someone, still, type Person } from './stage'

const people = new Map<string, Person>()

/** The person of an account; comes in when he is first needed, and stays. */
export async function at(account: string): Promise<Person> {
  let person = people.get(account)
  if (!person || person.page.isClosed()) people.set(account, (person = await someone(account)))
  return person
}

/** Does what is on offer by clicks alone: finds the work in the inbox, or the project in the list, and acts. */
export async function byClicks(c: Chance): Promise<void> {
  const person = await at(c.account)
  if (await person.page.getByRole('dialog').isVisible()) await person.page.goto('/') // what he had begun lapsed while he was at it
  if (c.task) await openTask(person, c.project.row, c.task.name.zh)
  else await openProject(person, c.project.row)
  await act(person, c.act.operation as Acting, answerTo(c))
}

/** A project, as lists name it. */
interface Named { id: string; name: string }

/** The lines of a list that are about a project. */
export const rowsOf = (page: Page, { id }: Named) => page.getByRole('row').filter({ has: page.locator(`a[href="/projects/${id}"]`) })

export async function openTask({ page }: Person, project: Named, task: string) {
  await page.locator('header').getByRole('link', { name: zh.nav.inbox, exact: true }).click()
  await search(page, zh.inbox.text, project.name)
  await rowsOf(page, project).getByRole('link', { name: task, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: task }).waitFor()
}

export async function openProject({ page }: Person, project: Named) {
  await page.locator('header').getByRole('link', { name: zh.nav.projects, exact: true }).click()
  await search(page, zh.projects.name, project.name)
  await page.getByRole('row').locator(`a[href="/projects/${project.id}"]`).click()
  await page.getByRole('heading', { level: 1, name: project.name }).waitFor()
}

async function search(page: Page, label: string, text: string) {
  const box = page.getByRole('searchbox', { name: label }).or(page.getByRole('textbox', { name: label }))
  await box.fill(text)
  await box.press('Enter')
}

/** Opens the form of an act. */
export async function openForm({ page }: Person, operation: Acting): Promise<Locator> {
  await settled(page)
  const name = zh.acts[operation]
  const offered = new RegExp(`^${name}( · |$)`) // what it is about follows
  const offers = page.locator('.no-print').filter({ hasText: zh.acts.title })
  await offers.locator('button').first().waitFor()
  const button = offers.getByRole('button', { name: offered }).first()
  if (await button.count()) await button.click()
  else {
    await offers.getByRole('button', { name: zh.acts.more }).click()
    await page.getByRole('menuitem', { name: offered }).first().click()
  }
  const form = page.getByRole('dialog')
  await form.getByText(name).first().waitFor()
  await page.waitForFunction(() => document.activeElement?.closest('.ant-drawer')) // it takes the focus once it is open
  await still(page)
  return form
}

/** The button that sends a form, once it is not busy sending. */
export const sender = (form: Locator, operation: Acting) => form.locator('.ant-drawer-footer button:not(.ant-btn-loading)').filter({ hasText: new RegExp(`^${zh.acts[operation]}$`) })

/** Fills in and sends a form; it is closed when the act is done. */
export async function act(person: Person, operation: Acting, typed: Typed) {
  const form = await openForm(person, operation)
  await fill(person.page, form, forms[operation].fields, typed)
  await sender(form, operation).click()
  if (forms[operation].fields.some((f) => f.kind === 'marks')) await confirm(person.page, operation)
  await done(person.page, operation)
}

/** Says yes to the question whether that is meant. */
const confirm = (page: Page, operation: Acting) => page.locator('.ant-modal-confirm').getByRole('button', { name: zh.acts[operation], exact: true }).click()

export async function done(page: Page, operation: Acting) {
  await page.getByText(zh.acts.done.replace('{{act}}', zh.acts[operation])).first().waitFor()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

type Words = Record<string, string>

const labelOf = (name: string) => (zh.field as Words)[name] ?? name

async function labelOfChoice(field: string, value: string): Promise<string> {
  const [kind, code] = value.split('/')
  if (kind === 'unit' && code) return (await ask<Schemas['UnitList']>('office', '/units')).items.find((u) => u.code === code)?.name.zh ?? code
  return (zh.choice as Record<string, Words>)[field]?.[value] ?? value
}

/** Types into the fields of an act. */
export async function fill(page: Page, form: Locator, fields: readonly Field[], typed: Typed) {
  for (const f of fields) {
    const v = typed[f.name]
    if (v === undefined) continue
    const box = form.getByLabel(labelOf(f.name), { exact: true })
    switch (f.kind) {
      case 'date': await type(box, (v as Dayjs).format('YYYY-MM-DD')); break
      case 'marks':
        for (const [key, mark] of Object.entries(v as Record<string, number>)) await form.locator(`#${f.name}_${key}`).fill(String(mark))
        break
      case 'one': await choose(page, box, await labelOfChoice(f.name, v as string)); break
      case 'papers': await handIn(page, form, v as Record<string, TypedPaper>); break
      case 'many': case 'profile': case 'project': case 'carried': case 'files': break // they begin with what the record knows, or a test fills them in itself
      case 'flag': if (v) await box.check(); break
      case 'nodes': case 'months': case 'missing': case 'findings': await fillRows(page, form, f.name, v as Record<string, unknown>[]); break
      default: await box.fill(`${v as string | number}`)
    }
  }
}

/** Says of each paper what becomes of it; the first that is handed in comes with a file. */
async function handIn(page: Page, form: Locator, papers: Record<string, TypedPaper>) {
  for (const [key, { how }] of Object.entries(papers)) await form.locator(`#papers_${key}_how`).getByText(zh.attach[how], { exact: true }).click()
  if (await form.locator('input[type=file]').count()) await attach(page, form, '申报材料.pdf')
}

/** Adds a file to a form and waits until it is there. */
export async function attach(page: Page, form: Locator, name: string) {
  await form.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'application/pdf', buffer: await page.pdf() })
  await form.getByRole('button', { name: `${zh.attach.without} ${name}` }).waitFor()
  await form.getByRole('progressbar', { name }).waitFor({ state: 'hidden' })
}

/** A declaration, as it is typed: choices by their names on the page. */
export interface Declaration {
  texts: Record<string, string>
  choices: Record<string, string | string[]>
  dates: Record<string, string>
  asks: { resource: string; amount: string; year: string }[]
}

/** Declares a project in the page's own form, and returns its id. */
export async function declares({ page }: Person, { texts, choices, dates, asks }: Declaration): Promise<string> {
  await page.locator('header').getByRole('link', { name: zh.nav.declare, exact: true }).click()
  const form = page.locator('.declaration')
  const box = (name: string) => form.locator(`#profile_${name}`)
  for (const [name, v] of Object.entries(texts)) await box(name).fill(v)
  for (const [name, v] of Object.entries(choices)) for (const label of [v].flat()) await choose(page, box(name), label)
  for (const [name, v] of Object.entries(dates)) await type(box(name), v)
  for (const [n, { resource, amount, year }] of asks.entries()) {
    await form.getByRole('button', { name: zh.declaration.addAsk }).click()
    await choose(page, box(`asks_${n}_resource`), resource)
    await box(`asks_${n}_amount`).fill(amount)
    await type(box(`asks_${n}_year`), year)
  }
  await form.getByRole('button', { name: zh.office.declare.submit, exact: true }).click()
  await page.getByRole('button', { name: zh.office.declare.open }).click()
  await page.getByRole('heading', { level: 1, name: texts.name ?? '' }).waitFor()
  return new URL(page.url()).pathname.split('/')[2] ?? ''
}

/** A date is typed and confirmed. */
async function type(box: Locator, text: string) {
  await box.fill(text)
  await box.press('Enter')
}

async function choose(page: Page, box: Locator, label: string) {
  const option = page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: label }).first()
  const chosen = box.locator('xpath=ancestor::div[contains(concat(" ", @class, " "), " ant-select ")][1]').filter({ hasText: label })
  await box.click()
  if (await box.isEditable()) await box.fill(label) // of long lists only a part is there before one looks for it
  for (let tries = 1; ; tries++) {
    await option.waitFor()
    await still(page)
    await option.click()
    const done = await chosen.waitFor({ timeout: 5000 }).then(() => true, () => false)
    if (done) return
    if (tries === 3) throw new Error(`${label} cannot be chosen`) // a list that is still narrowing may let a click through
  }
}

async function fillRows(page: Page, form: Locator, name: string, rows: Record<string, unknown>[]) {
  for (const [n, row] of rows.entries()) {
    if (!(await form.locator(`[id^="${name}_${n}_"]`).count())) await form.getByRole('button', { name: zh.field.add }).click()
    for (const [cell, v] of Object.entries(row)) {
      const box = form.locator(`#${name}_${n}_${cell}`)
      if (cell === 'paper') await choose(page, box, v as string)
      else if (cell === 'due') await type(box, (v as Dayjs).format('YYYY-MM-DD'))
      else if (cell === 'period') await type(box, (v as Dayjs).format('YYYY-MM'))
      else if (cell !== 'unit') await box.fill(String(v)) // the unit stands there already
    }
  }
}

/** Has a table of declarations looked at that is full of mistakes. */
export const checkTable = (name: string) => async ({ page }: Person) => {
  await page.locator('#content input[type=file]').setInputFiles({ name, mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: await faultyTable() })
  await page.locator('.said-wrong').first().waitFor()
}
