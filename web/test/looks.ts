// What can be seen of a page without knowing what it is about: whether everybody can use it, whether it fits, and whether it speaks one language.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { AxeResults } from 'axe-core'
import type { Page, Response } from 'playwright-core'

import { forms } from '../src/acts/catalog'
import { zh } from '../src/words/zh'
import type { Person } from './stage'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What keeps people with a screen reader, a keyboard or weak eyes out: serious and critical findings. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run: (o: object) => Promise<AxeResults> } }).axe.run({
    resultTypes: ['violations'],
    rules: { 'scrollable-region-focusable': { enabled: false } }, // today's browsers give what scrolls the focus by themselves
  }))
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.slice(0, 5).map((n) => `${v.id}: ${v.help}: ${n.target.join(' ')} ${n.html.slice(0, 160)} (${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''})`))
}

/** What does not fit: a page wider than its screen, words cut off, things beyond the edge that nobody can scroll to. */
export const misfits = (page: Page): Promise<string[]> => page.evaluate(() => {
  const found: string[] = []
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth > room) found.push(`the page is ${document.documentElement.scrollWidth} wide on ${room}`)
  const called = (e: Element) => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') ?? ''}"> ${(e.textContent ?? '').trim().slice(0, 60)}`
  const canScroll = (e: Element) => {
    if (room > 1000 && e.closest('.meeting')) return false // nobody does so in a meeting room
    for (let up = e.parentElement; up; up = up.parentElement) {
      const x = getComputedStyle(up).overflowX
      if ((x === 'auto' || x === 'scroll') && up.scrollWidth > up.clientWidth) return true
    }
    return false
  }
  for (const e of document.querySelectorAll('h1, h2, h3, a, button, label, th, td, li, p, dt, dd, input, textarea, .ant-tag, .ant-alert, .ant-card')) {
    const box = e.getBoundingClientRect()
    const style = getComputedStyle(e)
    if (box.width < 2 || box.height < 2 || style.visibility === 'hidden' || e.closest('[aria-hidden="true"], .skip, .unseen, .in-print, .ant-table-measure-row, svg')) continue
    const edge = room > 1000 ? e.closest('.meeting .scrolled')?.getBoundingClientRect().right ?? room : room
    if ((box.right > edge + 1 || box.left < -1) && !canScroll(e)) found.push(`beyond the edge: ${called(e)} from ${Math.round(box.left)} to ${Math.round(box.right)}`)
    if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll' && style.textOverflow !== 'ellipsis' && e.scrollWidth > e.clientWidth + 1 && !['INPUT', 'TEXTAREA'].includes(e.tagName) && (e.textContent ?? '').trim()) found.push(`cut off: ${called(e)}`)
  }
  return found.slice(0, 12)
})

const chinese = /[\u3400-\u9fff]/

/** Remembers what a person's page has been told: what is data may be Chinese on an English page. */
export function told({ page }: Person): () => Promise<Set<string>> {
  const answers: Promise<Set<string>>[] = []
  page.on('response', (r: Response) => {
    if (r.url().includes('/api/v1/') && (r.headers()['content-type'] ?? '').includes('json')) answers.push(r.json().then(data, () => new Set<string>()))
  })
  return async () => new Set((await Promise.all(answers)).flatMap((a) => [...a]))
}

/** The texts of an answer; of what is written in both languages only the English. */
function data(value: unknown): Set<string> {
  const found = new Set<string>()
  const walk = (v: unknown) => {
    if (typeof v === 'string') {
      if (chinese.test(v)) v.split('\n').forEach((line) => found.add(line.trim()))
    } else if (Array.isArray(v)) v.forEach(walk)
    else if (v !== null && typeof v === 'object') {
      const both = v as { zh?: unknown; en?: unknown }
      if (typeof both.zh === 'string' && typeof both.en === 'string' && both.en) walk(both.en)
      else Object.values(v).forEach(walk)
    }
  }
  walk(value)
  return found
}

/** The words that can be read on a page, and those that are only spoken. */
const words = (page: Page): Promise<string[]> => page.evaluate(() => {
  const found: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement
    if (!e?.checkVisibility({ visibilityProperty: true }) || e.closest('script, style, noscript, [lang="zh"], .ant-table-measure-row')) continue
    if (n.textContent?.trim()) found.push(n.textContent.trim())
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    if (e.checkVisibility({ visibilityProperty: true })) for (const a of ['aria-label', 'title', 'placeholder', 'alt']) if (e.getAttribute(a)?.trim()) found.push(e.getAttribute(a)!.trim())
  return found
})

/** Chinese on an English page that is not data. */
export async function untranslated(page: Page, known: Set<string>): Promise<string[]> {
  const longestFirst = [...known].sort((a, b) => b.length - a.length)
  const left = (s: string) => longestFirst.reduce((rest, k) => (chinese.test(rest) ? rest.replaceAll(k, '') : rest), s)
  return [...new Set((await words(page)).filter((s) => chinese.test(left(s))))].filter((s) => s !== zh.session.chinese)
}

function keysOf(o: object, path = ''): string[] {
  return Object.entries(o).flatMap(([k, v]: [string, unknown]) => (typeof v === 'object' && v !== null ? keysOf(v, `${path}${k}.`) : [`${path}${k}`]))
}

const allKeys = new Set([
  ...keysOf(zh), // what the dictionary shows when it has no such word
  ...Object.keys(forms),
  ...[...Object.keys(zh.kind), ...Object.keys(zh.role), ...Object.keys(zh.rungKind), ...Object.keys(zh.why)].filter((k) => /[-_]/.test(k)),
])

/** Names that are for programs, shown to people. */
export async function bareKeys(page: Page): Promise<string[]> {
  return [...new Set((await words(page)).filter((s) => allKeys.has(s) || /\{\{\w+\}\}|^[a-z]+(\.[a-zA-Z-]+){1,3}$|\bundefined\b|\bNaN\b|\[object /.test(s)))]
}
