// The main work, without a mouse.

import type { Locator } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'

import { zh } from '../../src/words/zh'
import { rowsOf, sender } from '../clicks'
import { declared, lead, reached, see } from '../lead'
import { lines, password } from '../service'
import { settled, stranger, type Person } from '../stage'

const name = '键盘办理试验项目'
let project = ''
beforeAll(async () => {
  project = await declared(name)
  await lead(project, reached('approval'))
  await lead(project, (p) => p.items.find((i) => i.key === 'filing')?.state === 'received', { not: (t) => t.kind !== 'submission' || t.subject !== 'filing' })
})

/** Goes on with the Tab key until something has the focus, and can be seen to have it. */
async function tabTo({ page }: Person, target: Locator) {
  await target.waitFor()
  for (let n = 0; n < 120; n++) {
    if (await target.evaluate((e) => e === document.activeElement || e.contains(document.activeElement))) {
      const shown = await page.evaluate(() => {
        const marked = (e: Element | null) => e !== null && (getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none')
        const e = document.activeElement
        return marked(e) || marked(e?.parentElement ?? null) || marked(e?.closest('.ant-select, .ant-picker, .ant-input-affix-wrapper, .ant-checkbox-wrapper') ?? null)
      })
      expect(shown, 'the focus can be seen').toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key does not lead to ${target.toString()}`)
}

it('sign in, find the work, accept it, and grant it', async () => {
  const person = await stranger()
  const { page } = person
  const press = (key: string) => page.keyboard.press(key)
  await page.goto('/')
  await page.locator('#account').waitFor()
  await page.keyboard.type('fgw-handler') // the focus is there from the start
  await press('Tab')
  await page.keyboard.type(password)
  await press('Enter')

  await page.getByRole('heading', { level: 1, name: zh.inbox.title }).waitFor()
  await settled(page)
  await press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent), 'the first stop leads past the head').toBe(zh.say.skip)
  await tabTo(person, page.getByLabel(zh.inbox.text))
  await page.keyboard.type(name)
  await press('Enter')
  const work = (await see(project)).tasks.find((t) => t.kind === 'completeness' && t.subject === 'filing')!
  await tabTo(person, rowsOf(page, { id: project, name }).getByRole('link', { name: work.name.zh, exact: true }))
  await press('Enter')

  await page.getByRole('heading', { level: 1, name: work.name.zh }).waitFor()
  await tabTo(person, page.getByRole('button', { name: zh.acts.acceptItem, exact: true }))
  await press('Enter')
  const form = page.getByRole('dialog')
  await form.waitFor()
  await tabTo(person, sender(form, 'acceptItem'))
  await press('Enter')
  await form.waitFor({ state: 'hidden' })
  expect(await lines(project, 'ItemAccepted')).toBe(1)

  await tabTo(person, page.locator('header').getByRole('link', { name: zh.nav.inbox, exact: true }))
  await press('Enter')
  const decision = (await see(project)).tasks.find((t) => t.kind === 'decision' && t.subject === 'filing')!
  await tabTo(person, rowsOf(page, { id: project, name }).getByRole('link', { name: decision.name.zh, exact: true }))
  await press('Enter')
  await page.getByRole('heading', { level: 1, name: decision.name.zh }).waitFor()
  await tabTo(person, page.getByRole('button', { name: zh.acts.grantItem, exact: true }))
  await press('Enter')
  await form.waitFor()
  await tabTo(person, form.getByLabel(zh.field.document, { exact: true }))
  await page.keyboard.type('桂审批〔2026〕18号')
  await tabTo(person, sender(form, 'grantItem'))
  await press('Enter')
  await form.waitFor({ state: 'hidden' })
  expect(await lines(project, 'ItemGranted')).toBe(1)
})

it('a form is left with Escape, and the focus goes back to where it came from', async () => {
  const person = await stranger()
  const { page } = person
  await page.goto('/')
  await page.locator('#account').fill('owner-xinyou')
  await page.locator('#password').fill(password)
  await page.keyboard.press('Enter')
  await page.locator('header').waitFor()
  await page.goto(`/projects/${project}`)
  const button = page.locator('.no-print').filter({ hasText: zh.acts.title }).getByRole('button').first()
  await button.waitFor()
  await button.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(await button.evaluate((e) => e === document.activeElement)).toBe(true)
})
