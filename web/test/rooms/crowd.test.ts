// Ten thousand tasks on the desks of a city (see test/web/crowd_test.go): the server pages and filters, and what a browser gets stays small.

import { expect, it } from 'vitest'

import { zh } from '../../src/words/zh'
import type { Schemas } from '../service'
import { settled, someone } from '../stage'

const limit = 50

it('a list of ten thousand tasks is paged and filtered by the server', async () => {
  const person = await someone('sl-office', '/projects')
  const { page } = person
  const answers: Promise<number>[] = []
  page.on('response', (r) => {
    if (new URL(r.url()).pathname === '/api/v1/tasks') answers.push(r.json().then((a: Schemas['TaskList']) => a.items.length))
  })
  const rows = page.locator('tbody tr.ant-table-row')
  const names = () => page.locator('tbody tr.ant-table-row').allInnerTexts()
  const timed = async (what: string, does: () => Promise<unknown>, shows: () => Promise<unknown>) => {
    const began = Date.now()
    const answered = page.waitForResponse((r) => new URL(r.url()).pathname === '/api/v1/tasks')
    await does()
    await shows()
    const took = Date.now() - began
    await (await answered).finished()
    console.log(`${what}: ${took} ms, of which the service had ${Math.round((await answered).request().timing().responseEnd)} ms`)
  }
  await timed('the first page', () => page.goto('/inbox?view=everyone'), () => rows.nth(limit - 1).waitFor())
  expect(await rows.count()).toBe(limit)
  const first = (await names())[0]

  await timed('the next page', () => page.getByRole('button', { name: zh.say.next }).click(), () => page.waitForFunction((f) => document.querySelector<HTMLElement>('tbody tr.ant-table-row')?.innerText !== f, first))
  expect(await rows.count()).toBe(limit)
  const second = await names()
  for (let n = 0; n < 8; n++) {
    const before = (await names())[0]
    await page.getByRole('button', { name: zh.say.next }).click()
    await page.waitForFunction((f) => document.querySelector<HTMLElement>('tbody tr.ant-table-row')?.innerText !== f, before)
  }
  expect(await names()).not.toEqual(second)

  const one = '第0333号片区'
  const box = page.getByLabel(zh.inbox.text)
  await timed('by the name of one project', async () => { await box.fill(one); await box.press('Enter') }, () => rows.first().filter({ hasText: one }).waitFor())
  await settled(page)
  for (const row of await names()) expect(row).toContain(one)
  await page.getByRole('button', { name: zh.say.reset }).click()

  await timed('by kind', async () => {
    await page.getByRole('combobox', { name: zh.inbox.kind }).click()
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: zh.kind.node }).first().click()
  }, () => rows.first().filter({ hasText: zh.kind.node }).waitFor())
  await page.waitForFunction((k) => [...document.querySelectorAll('tbody tr.ant-table-row')].every((r) => (r as HTMLElement).innerText.includes(k)), zh.kind.node)
  expect(await rows.count()).toBe(limit)

  await page.reload() // filters are in the address
  await rows.first().filter({ hasText: zh.kind.node }).waitFor()

  const sizes = await Promise.all(answers)
  expect(sizes.length).toBeGreaterThan(10)
  expect(Math.max(...sizes), 'rows of one answer').toBeLessThanOrEqual(limit)
})
