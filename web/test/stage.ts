// People at browsers. When a test fails, what each of them had before his eyes is kept as a picture, with what the browser complained of.

import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'

import type { Language } from '../src/words'
import { cookieOf, given, password, serviceSaid, url } from './service'

/** The screens of an office and of a pocket. */
export const desktop = { width: 1366, height: 768 }
export const phone = { width: 390, height: 844 }

let browser: Promise<Browser> | undefined
let there: Person[] = []

/** Somebody with a browser of his own. */
export interface Person {
  account: string
  page: Page
  context: BrowserContext
  /** What the browser complained of, except for lost connections. */
  complaints: string[]
}

export interface Look {
  language?: Language
  size?: { width: number; height: number }
}

/** A stranger before the door. */
export async function stranger({ language = 'zh', size = desktop }: Look = {}): Promise<Person> {
  browser ??= chromium.launch({ executablePath: process.env.MILEPOST_TEST_CHROMIUM ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  const context = await (await browser).newContext({ baseURL: url, viewport: size, locale: 'zh-CN', timezoneId: 'America/New_York', reducedMotion: 'reduce' })
  context.setDefaultTimeout(30_000)
  await otherPage(context)
  await context.addInitScript((l) => {
    if (!localStorage.getItem('milepost.language')) localStorage.setItem('milepost.language', l)
  }, language)
  const page = await context.newPage()
  const person: Person = { account: '', page, context, complaints: [] }
  page.on('pageerror', (e) => person.complaints.push(e.stack ?? e.message))
  page.on('console', (m) => {
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) person.complaints.push(m.text())
  })
  there.push(person)
  return person
}

/** Has the browser show a page that was built with a defect, in place of the one in the program. */
async function otherPage(context: BrowserContext) {
  const folder = process.env.MILEPOST_TEST_PAGE
  if (folder) await context.route((at) => !at.pathname.startsWith('/api/'), (route) => {
    const file = join(folder, new URL(route.request().url()).pathname)
    return route.fulfill({ path: statSync(file, { throwIfNoEntry: false })?.isFile() ? file : join(folder, 'index.html') })
  })
}

/** Somebody signed in, before a page. */
export async function someone(account: string, path = '/', look: Look = {}): Promise<Person> {
  const person = await stranger(look)
  const [name = '', value = ''] = (await cookieOf(account)).split('=')
  await person.context.addCookies([{ name, value, url }])
  person.account = account
  await visit(person, path)
  return person
}

/** Signs in at the door. */
export async function signIn(person: Person, account: string) {
  const { page } = person
  await page.goto('/')
  await page.locator('#account').fill(account)
  await page.locator('#password').fill(password)
  await page.keyboard.press('Enter')
  await page.locator('header').waitFor()
  person.account = account
}

/** Goes to a page and waits until it has been read. */
export async function visit({ page }: Person, path: string) {
  await page.goto(path)
  await settled(page)
}

/** Waits until nothing is being read any more. */
export async function settled(page: Page) {
  await page.locator('main, #content').first().waitFor()
  await page.waitForFunction(() => {
    const busy = document.querySelectorAll('.ant-spin-spinning, .ant-card-loading, .ant-skeleton-active, .waiting')
    return [...busy].every((b) => (b as HTMLElement).offsetParent === null)
  })
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

/** Waits until nothing moves any more, after a change of the screen or of the language. */
export async function still(page: Page) {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Infinity))
}

async function leave(failed: string | undefined) {
  const people = there
  there = []
  for (const [n, person] of people.entries()) {
    if (failed) await tell(person, `${failed}-${n + 1}-${person.account || 'stranger'}`)
    await person.context.close()
  }
  if (failed) console.error(`The API said last:\n${await serviceSaid().catch(String)}`)
  else for (const p of people) expect(p.complaints, `what the browser of ${p.account} complained of`).toEqual([])
}

/** Keeps a picture of what somebody sees. */
export async function keep({ page }: Person, name: string): Promise<string> {
  const folder = given('PICTURES')
  mkdirSync(folder, { recursive: true })
  const path = `${folder}/${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}.png`
  await page.screenshot({ path }).catch((e: unknown) => console.error(e))
  return path
}

async function tell(person: Person, name: string) {
  const { account, page, complaints } = person
  const path = await keep(person, name)
  console.error(`${account} was at ${page.url()}, seen in ${path}\n${complaints.join('\n')}`)
}

afterEach(({ task }) => leave(task.result?.state === 'fail' ? task.name : undefined))
afterAll(async () => {
  await (await browser)?.close()
  browser = undefined
})
