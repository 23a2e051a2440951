// The service under test: asked over its API, for what a script cannot or need not do by clicks.

import type { components } from '../src/api/schema.gen'

export type Schemas = components['schemas']

/** What `go test ./test/web` says of the place. */
export function given(name: 'URL' | 'OPERATOR' | 'PICTURES'): string {
  const value = process.env[`MILEPOST_TEST_${name}`]
  if (!value) throw new Error(`MILEPOST_TEST_${name} is not set: these scripts are started by go test ./test/web`)
  return value
}

export const url = given('URL')
export const password = 'milepost-demo'

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

const sessions = new Map<string, Promise<string>>()

/** The cookie of a session of an account's. */
export function cookieOf(account: string): Promise<string> {
  let cookie = sessions.get(account)
  if (!cookie) sessions.set(account, (cookie = signIn(account)))
  return cookie
}

async function signIn(account: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account, password }) })
  const cookie = answer.headers.get('Set-Cookie')?.split(';')[0]
  if (!answer.ok || !cookie) throw new Error(`${account} cannot sign in: ${await answer.text()}`)
  return cookie
}

/** Asks the API as somebody. */
export async function ask<T>(account: string, path: string, act?: { body?: unknown; key?: string; post?: string; method?: string }): Promise<T> {
  const headers: Record<string, string> = { Cookie: await cookieOf(account) }
  if (act?.body !== undefined) headers['Content-Type'] = 'application/json'
  if (act?.key) headers['Idempotency-Key'] = act.key
  if (act?.post) headers['Milepost-Post'] = act.post
  const method = act?.method ?? (act ? 'POST' : 'GET')
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: act?.body === undefined ? null : JSON.stringify(act.body) })
  if (!answer.ok) throw new Error(`${account}: ${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

let keys = 0

/** A new idempotency key. */
export const newKey = () => `clicks-${process.pid}-${Date.now()}-${++keys}`

/** Every line of a project's timeline, the newest first. */
export async function timeline(project: string): Promise<Schemas['Entry'][]> {
  const all: Schemas['Entry'][] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: Schemas['Timeline'] = await ask('auditor', `/projects/${project}/timeline?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    all.push(...page.items)
    cursor = page.next
  }
  return all
}

/** How many lines of a type a timeline has. */
export const lines = async (project: string, type: string) => (await timeline(project)).filter((e) => e.type === type).length

/** Asks whoever runs the service. */
async function operator(what: 'stop' | 'start' | 'said'): Promise<string> {
  const answer = await fetch(`${given('OPERATOR')}/${what}`, { method: what === 'said' ? 'GET' : 'POST' })
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`)
  return answer.text()
}

/** The table of declarations as it can be downloaded, filled in with mistakes. */
export async function faultyTable(account = 'office'): Promise<Buffer> {
  const template = await fetch(`${url}/api/v1/projects/import/template`, { headers: { Cookie: await cookieOf(account) } })
  const filled = await fetch(`${given('OPERATOR')}/faulty-table`, { method: 'POST', body: await template.arrayBuffer() })
  if (!filled.ok) throw new Error(`the table: ${await filled.text()}`)
  return Buffer.from(await filled.arrayBuffer())
}

export const stopService = () => operator('stop')
export const startService = () => operator('start')
export const serviceSaid = () => operator('said')
