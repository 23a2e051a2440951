// The pictures of docs/screenshots: the demonstration's city some weeks into its year.

import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { beforeAll, expect, it } from 'vitest'

import type { Acting } from '../../src/acts/catalog'
import { checkTable, openForm } from '../clicks'
import { holderOf, today } from '../lead'
import { ask, pause, type Schemas } from '../service'
import { phone, settled, someone, still, stranger, visit, type Look, type Person } from '../stage'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))
const largest = 150_000

const projects = new Map<string, string>()

/** A project of the demonstration by a part of its name. */
const project = (part: string) => [...projects].find(([name]) => name.includes(part))?.[1] ?? ''

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  while ((await today()).isBefore('2026-04-20')) await pause(500)
  for (const p of (await ask<Schemas['ProjectList']>('auditor', '/projects?limit=100')).items) projects.set(p.name, p.id)
}, 600_000)

interface Picture {
  name: string
  account?: string
  path?: () => string | Promise<string>
  /** Instead of both. */
  where?: () => Promise<{ account: string; path: string }>
  look?: Look
  prepare?: (p: Person) => Promise<unknown>
}

/** The decision asked for last, and whose it is: this city lives eight hours a second. */
async function decision() {
  for (;;) {
    const { items } = await ask<Schemas['TaskList']>('office', '/tasks?everyone=true&kind=decision&limit=100')
    const task = items.filter((t) => !t.assignee && t.jurisdiction === 'guilin').toSorted((a, b) => b.received.localeCompare(a.received))[0]
    if (task) return { account: holderOf(task.party), path: `/projects/${task.project}/tasks/${encodeURIComponent(task.key.replaceAll('/', '~'))}` }
    await pause(100)
  }
}

/** The rules of the demonstration's city beside those they are made from. */
async function compared() {
  const { items } = await ask<Schemas['PackList']>('office', '/packs')
  const hash = (id: string) => items.find((p) => p.id === id)?.hash
  return `/packs/compare?from=${hash('base')}&to=${hash('gl')}`
}

const form = (operation: Acting) => (p: Person) => openForm(p, operation)

const pictures: Picture[] = [
  { name: 'form', where: decision, prepare: form('refuseItem') },
  { name: 'phone-task', where: decision, look: { size: phone } },
  { name: 'task', where: decision },
  { name: 'sign-in' },
  { name: 'inbox', account: 'office', path: () => '/inbox?view=everyone' },
  { name: 'inbox-en', account: 'office', path: () => '/inbox?view=everyone', look: { language: 'en', size: { width: 1366, height: 700 } } },
  { name: 'project', account: 'office', path: () => `/projects/${project('灵川县绕城')}` },
  { name: 'chart', account: 'office', path: () => `/projects/${project('灵川县绕城')}/chart` },
  { name: 'timeline', account: 'office', path: () => `/projects/${project('漓江桥')}/timeline` },
  { name: 'mine', account: 'owner-xinyou', path: () => '/mine' },
  { name: 'wall', account: 'leader', path: () => '/wall' },
  { name: 'meeting', account: 'leader', path: () => '/wall?meeting=1' },
  { name: 'import', account: 'office', path: () => '/declare?tab=many', prepare: checkTable('项目申报表.xlsx') },
  { name: 'quotas', account: 'office', path: () => '/quotas?of=guilin/land/2026' },
  { name: 'compare', account: 'office', path: compared },
  { name: 'calendar', account: 'office', path: () => '/calendars' },
  { name: 'audit', account: 'auditor', path: () => '/audit', look: { size: { width: 1366, height: 660 } } },
  { name: 'phone', account: 'office', path: () => '/inbox?view=everyone', look: { size: phone } },
  { name: 'phone-project', account: 'office', path: () => `/projects/${project('灵川县绕城')}`, look: { size: phone } },
]

it.each(pictures)('$name', async ({ name, where, look, prepare, ...fixed }) => {
  const { account, path } = where ? await where() : { account: fixed.account, path: (await fixed.path?.()) ?? '/' }
  const person = account ? await someone(account, path, look) : await stranger(look)
  if (!account) await visit(person, path)
  await prepare?.(person)
  await settled(person.page)
  await still(person.page)
  const file = `${folder}${name}.png`
  await person.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
  expect(statSync(file).size, `bytes of ${name}.png`).toBeLessThan(largest)
})
