// Weighs what a browser has to load, gzipped: what the first look at the page needs, and each part that comes later.
// Offices have slow lines: the first look must stay within its limit, and charts must not be in it.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 480_000
const dist = new URL('../dist/', import.meta.url)
const folder = new URL('assets/', dist)

/** @param {string} name */
const source = (name) => readFileSync(new URL(name, folder), 'utf8')
/** @param {string} name */
const weight = (name) => gzipSync(source(name), { level: 9 }).length

/** What a part imports before it runs; `import(…)` comes later and does not count. @param {string} name */
const imports = (name) => [...source(name).matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g)].map((m) => m[1] ?? '')

/** A part with all that it needs. @param {string} name @param {Set<string>} found */
function withImports(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  imports(name).forEach((n) => withImports(n, found))
  return found
}

const page = readFileSync(new URL('index.html', dist), 'utf8')
const entries = [...page.matchAll(/assets\/([\w.-]+\.js)"/g)].map((m) => m[1] ?? '')
const first = new Set(entries.flatMap((name) => [...withImports(name)]))
const scripts = readdirSync(folder).filter((n) => n.endsWith('.js')).sort()
if (entries.length === 0 || scripts.length === first.size) throw new Error('no parts that come later were found in dist: is this script still right?')

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`
let sum = 0
console.log('The first look:')
for (const name of first) {
  sum += weight(name)
  console.log(kB(weight(name)), name)
}
console.log(kB(sum), `in all, of ${limit / 1000} kB`)
console.log('Later:')
for (const name of scripts) if (!first.has(name)) console.log(kB(weight(name)), name)

const faults = []
if (sum > limit) faults.push(`The first look needs ${kB(sum).trim()}, more than ${limit / 1000} kB: load something later (see app/Pages.tsx).`)
for (const name of first) if (source(name).includes('_echarts_instance_')) faults.push(`${name} holds the charts (echarts), which the first look must not need.`)
faults.forEach((f) => console.error(f))
process.exitCode = faults.length ? 1 : 0
