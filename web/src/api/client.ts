// Everything that the page knows of the server goes through here: reading, acting, and what the server says against it.

import createClient from 'openapi-fetch'

import { language } from '../words'
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

/** What the server refused, and why. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title)
  }
}

/** The server did not answer: nobody knows whether what was asked is done. */
export class Unreachable extends Error {}

/** Tells that a rule has refused what was asked, so that what is sent next is another act. Whoever was not recognised, or came when there was too much to do, may send the same again. */
export function judged(failure: unknown): failure is Refused {
  return failure instanceof Refused && failure.problem.status < 500 && ![401, 429].includes(failure.problem.status)
}

const base = '/api/v1'

/** Typed reading; wrap what it returns in `whole`. */
export const api = createClient<paths>({
  baseUrl: base,
  querySerializer: { array: { style: 'form', explode: true } },
  fetch: (request: Request) => reach(request),
})

api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language())
    return request
  },
})

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new Unreachable('unreachable', { cause })
  }
}

/** The content of an answer; a refusal is thrown. */
export async function whole<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok) throw refusalOf(response, error)
  return data as T
}

function refusalOf(response: { status: number }, body: unknown): Error {
  if (body !== null && typeof body === 'object' && 'code' in body) {
    const problem = body as Problem
    if (response.status === 401 && problem.code !== 'session.stale') heard('out')
    return new Refused(problem)
  }
  if (response.status >= 500) return new Unreachable(String(response.status))
  return new Error(String(response.status))
}

// What concerns the whole page.
type News = 'out'
const listeners = new Set<(news: News) => void>()

/** Listens for the end of the session; returns how to stop. */
export function listen(f: (news: News) => void): () => void {
  listeners.add(f)
  return () => listeners.delete(f)
}

function heard(news: News) {
  listeners.forEach((f) => f(news))
}

/** What is sent with an act beside its body. */
export interface Envelope {
  /** The same for every try at the same act: the server does it once. */
  key?: string
  /** The post in which I act. */
  post?: string
  method?: 'POST' | 'PUT' | 'DELETE'
}

/** Asks whoever sits at the page to prove who he is; false when he would rather not. */
let proof: () => Promise<boolean> = () => Promise.resolve(false)

export function provedBy(ask: () => Promise<boolean>) {
  proof = ask
}

/** Sends an act. A sensitive one asks for proof of identity first where the last is too old. */
export async function send<T>(path: string, body: unknown, envelope: Envelope = {}): Promise<T> {
  for (;;) {
    try {
      return await once<T>(path, body, envelope)
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.code !== 'session.stale' || !(await proof())) throw e
    }
  }
}

async function once<T>(path: string, body: unknown, { key, post, method = 'POST' }: Envelope): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': language() }
  if (body instanceof Blob) headers['Content-Type'] = body.type || 'application/octet-stream'
  else if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  if (post) headers['Milepost-Post'] = post
  const content = body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body)
  const response = await reach(new Request(base + path, { method, headers, body: content }))
  const text = await response.text()
  const answer: unknown = text ? parsed(text) : undefined
  if (!response.ok) throw refusalOf(response, answer)
  return answer as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A key for one act. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16)) // randomUUID is kept from pages without TLS
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

let uploads: Promise<unknown> = Promise.resolve() // one after another: the server takes only few at a time

/** Uploads a file to a project and tells how much of it is there, from 0 to 1. The same content under the same name is the same file. */
export function upload(project: string, post: string, file: File, come: (share: number) => void): Promise<Schemas['File']> {
  const mine = uploads.then(() => sendFile(project, post, file, come))
  uploads = mine.catch(() => undefined)
  return mine
}

function sendFile(project: string, post: string, file: File, come: (share: number) => void): Promise<Schemas['File']> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest() // fetch does not tell how far it is
    request.open('POST', `${base}/projects/${project}/files?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('Accept-Language', language())
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.setRequestHeader('Milepost-Post', post)
    request.upload.onprogress = (e) => e.lengthComputable && come(e.loaded / e.total)
    request.onerror = () => failed(new Unreachable('unreachable'))
    request.onload = () => {
      const answer = parsed(request.responseText)
      if (request.status < 300) done(answer as Schemas['File'])
      else failed(refusalOf(request, answer))
    }
    request.send(file)
  })
}

type Receipt = Schemas['Receipt']

/** Acts on a project and waits until it stands on the timeline. */
export async function act(path: string, body: unknown, envelope: Envelope): Promise<Receipt> {
  const receipt = await send<Receipt>(path, body, envelope)
  if (receipt.state !== 'pending') return receipt
  for (let wait = 300; ; wait = Math.min(2 * wait, 5000)) {
    await new Promise((done) => setTimeout(done, wait))
    const now = await whole(api.GET('/commands/{commandId}', { params: { path: { commandId: receipt.command } } })).catch((e: unknown) => {
      if (e instanceof Unreachable) return undefined
      throw e
    })
    if (now?.state === 'refused' && now.problem) throw new Refused(now.problem)
    if (now?.state === 'recorded') return { ...receipt, state: 'recorded' }
  }
}
