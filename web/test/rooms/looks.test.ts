// Every page, as somebody sees it whose page it is: in both languages, on a desk and in a pocket.

import { beforeAll, describe, expect, it } from 'vitest'

import { en } from '../../src/words/en'
import { zh } from '../../src/words/zh'
import { openForm } from '../clicks'
import { chance, declared, lead, reached, see } from '../lead'
import { barriers, bareKeys, misfits, told, untranslated } from '../looks'
import type { Schemas } from '../service'
import { desktop, phone, settled, someone, stranger, visit, type Look, type Person } from '../stage'

const long = '桂林市临桂新区及苏桥经济开发区西片区多能互补综合能源与新能源汽车动力电池关键材料研发制造一体化示范产业园（一期）配套基础设施及智慧管理平台建设项目'
let evaluated = '' // in evaluation
let approving = '' // in approval, with a long name
let building = '' // under construction

beforeAll(async () => {
  evaluated = await declared('专家评估中的试验项目')
  await lead(evaluated, (p) => p.tasks.some((t) => t.kind === 'scoring'))
  approving = await declared(long)
  await lead(approving, reached('approval'))
  const item = (p: Schemas['Project'], key: string) => p.items.find((i) => i.key === key)?.state
  await lead(approving, (p) => item(p, 'filing') === 'accepted', { not: (t) => t.subject !== 'filing' || t.kind === 'decision' })
  await lead(approving, (p) => item(p, 'drawing-review') === 'received', { not: (t) => t.subject !== 'drawing-review' })
  building = await declared('桂林市电池材料试验厂房')
  await lead(building, reached('construction'))
})

/** Everything that is wrong with what somebody sees. */
async function faults(person: Person, known: () => Promise<Set<string>>): Promise<string[]> {
  const { page } = person
  const found: string[] = []
  const note = (where: string, what: string[]) => found.push(...what.map((w) => `${where}: ${w}`))
  const speak = async (other: 'zh' | 'en') => {
    const tongue = page.locator(`button[lang="${other}"]`).first()
    if (await tongue.count()) await tongue.evaluate((b: HTMLElement) => b.click())
    await page.waitForFunction((l) => document.documentElement.lang.startsWith(l), other)
    await settled(page)
  }
  const turn = async (size: Look['size'] & object) => {
    await page.setViewportSize(size)
    await page.waitForTimeout(250)
  }
  note('Chinese, desk', [...(await barriers(page)), ...(await misfits(page)), ...(await bareKeys(page))])
  await turn(phone)
  note('Chinese, pocket', [...(await misfits(page)), ...(await barriers(page))])
  await speak('en')
  note('English, pocket', await misfits(page))
  await turn(desktop)
  note('English, desk', [...(await barriers(page)), ...(await misfits(page)), ...(await bareKeys(page)), ...(await untranslated(page, await known()))])
  await speak('zh')
  return found
}

async function looksRight(account: string, path: () => string, prepare: (p: Person) => Promise<unknown> = () => Promise.resolve()) {
  const person = account ? await someone(account, '/inbox') : await stranger()
  const known = told(person)
  await visit(person, path())
  await prepare(person)
  right(await faults(person, known))
}

function right(found: string[]) {
  if (found.length) throw new Error(`${found.length} faults:\n${found.join('\n')}`)
}

const taskOf = (p: Schemas['Project'], kind: Schemas['TaskKind']) => p.tasks.find((t) => t.kind === kind)!
const pathOf = (project: string, task: { key: string }) => `/projects/${project}/tasks/${encodeURIComponent(task.key.replaceAll('/', '~'))}`

describe('a page keeps nobody out, fits, and speaks one language', () => {
  it('the door', () => looksRight('', () => '/'))
  it('the inbox of a handler', () => looksRight('zjj-handler', () => '/inbox'))
  it('the inbox of a head, who gives work away', () => looksRight('zjj-head', () => '/inbox'))
  it('the inbox of the office, over everybody', () => looksRight('office', () => '/inbox?view=everyone'))
  it('an inbox without work', () => looksRight('sjj-handler', () => '/inbox'))
  it('the list of projects', () => looksRight('office', () => '/projects'))
  it('a page that is not there', () => looksRight('office', () => '/no-such-page'))
  for (const view of ['', '/chart', '/timeline']) {
    it(`a project in approval${view}`, () => looksRight('office', () => `/projects/${approving}${view}`))
    it(`a project under construction${view}`, () => looksRight('owner-xinyou', () => `/projects/${building}${view}`))
  }
  it('a task with its clock', async () => {
    const p = await see(approving)
    await looksRight('office', () => pathOf(approving, taskOf(p, 'decision')))
  })
  it.each([
    ['fgw-handler', 'decision', 'grantItem'], ['fgw-handler', 'decision', 'refuseItem'], ['fgw-handler', 'decision', 'pauseItem'], ['owner-xinyou', 'submission', 'submitItem'],
  ] as const)('the form of %s about %s: %s', async (account, kind, operation) => {
    const p = await see(approving)
    const task = p.tasks.find((t) => t.kind === kind && (t.party.kind !== 'department' || t.party.code === 'development'))
    if (!task) throw new Error(`${kind} is not open`)
    await looksRight(account, () => pathOf(approving, task), (person) => openForm(person, operation))
  })
  it('the form of an expert', async () => {
    const p = await see(evaluated)
    const task = taskOf(p, 'scoring')
    await looksRight(task.party.code ?? '', () => pathOf(evaluated, task), (person) => openForm(person, 'submitScore'))
  })
  it('the forms of an owner who builds', async () => {
    expect(await chance('owner-xinyou', await see(building), 'setPlan')).toBeTruthy()
    await looksRight('owner-xinyou', () => `/projects/${building}`, (person) => openForm(person, 'setPlan'))
  })
})

// Whatever rooms there are, each is looked at as those see it to whom it is shown.
describe('every room that the head of the page leads to', () => {
  const seen = new Set(['/inbox', '/projects'])
  it.each(['office', 'leader', 'owner-xinyou', 'liaison-gxj', 'zjj-handler', 'supervisor', 'auditor', 'sysadmin', 'secadmin', 'expert005'])('as %s', { timeout: 300_000 }, async (account) => {
    const person = await someone(account, '/')
    const known = told(person)
    const ways = await person.page.locator('header a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
    const found: string[] = []
    for (const path of new Set(ways)) {
      if (path === '/' || seen.has(path)) continue
      seen.add(path)
      await visit(person, path)
      found.push(...(await faults(person, known)).map((f) => `${path} ${f}`))
    }
    right(found)
  })
})

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
})

it.each([['', 'overview'], ['/timeline', 'timeline'], ['/chart', 'chart']])('a project can be printed: %s (%s)', async (view) => {
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
