import { afterEach, expect, it, vi } from 'vitest'

import { act, listen, provedBy, Refused, send, Unreachable } from './client'

const receipt = { command: 'k', project: 'p', state: 'recorded', firstSeq: 1, lastSeq: 1, entries: [] }
const problem = (status: number, code: string) => ({ status, body: { type: '', title: code, status, code, instance: '', requestId: 'r' } })

/** A server that gives one answer after the other; an Error is one that is never given. */
function serves(...answers: ({ status: number; body?: unknown } | Error)[]) {
  const asked: Request[] = []
  vi.stubGlobal('fetch', (r: Request) => {
    asked.push(r)
    const a = answers[Math.min(asked.length, answers.length) - 1]!
    return a instanceof Error ? Promise.reject(a) : Promise.resolve(new Response(a.body === undefined ? null : JSON.stringify(a.body), { status: a.status, headers: { 'Content-Type': 'application/json' } }))
  })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

it('says that nobody knows when no answer comes', async () => {
  serves(new TypeError('network'))
  await expect(send('/x', {}, { key: 'k' })).rejects.toBeInstanceOf(Unreachable)
})

it('says which rule refused', async () => {
  serves(problem(409, 'item.paused'))
  await expect(send('/x', {})).rejects.toMatchObject({ problem: { code: 'item.paused' } })
})

it('asks for proof of identity and sends the same act again under the same key', async () => {
  const asked = serves(problem(401, 'session.stale'), { status: 201, body: receipt })
  provedBy(() => Promise.resolve(true))
  await expect(send('/x', { a: 1 }, { key: 'k' })).resolves.toEqual(receipt)
  expect(asked.map((r) => r.headers.get('Idempotency-Key'))).toEqual(['k', 'k'])
})

it('lets whoever will not prove who he is go', async () => {
  serves(problem(401, 'session.stale'))
  provedBy(() => Promise.resolve(false))
  await expect(send('/x', {})).rejects.toBeInstanceOf(Refused)
})

it('tells the page when the session has ended, and not when only proof is asked for', async () => {
  const heard = vi.fn()
  const stop = listen(heard)
  provedBy(() => Promise.resolve(false))
  serves(problem(401, 'session.stale'))
  await send('/x', {}).catch(() => undefined)
  expect(heard).not.toHaveBeenCalled()
  serves(problem(401, 'session.none'))
  await send('/x', {}).catch(() => undefined)
  expect(heard).toHaveBeenCalledOnce()
  stop()
})

it('waits until an act stands on the timeline, through a server that is away for a moment', async () => {
  vi.stubGlobal('location', { href: 'http://localhost/' })
  const command = { command: 'k', type: 'GrantItem', receivedAt: '2026-03-02T10:00:00+08:00' }
  serves({ status: 202, body: { ...receipt, state: 'pending' } }, new TypeError('network'), { status: 200, body: { ...command, state: 'pending' } }, { status: 200, body: { ...command, state: 'recorded' } })
  await expect(act('/x', {}, { key: 'k' })).resolves.toMatchObject({ state: 'recorded' })
}, 15_000)

it('tells of an act that was refused after all', async () => {
  const command = { command: 'k', type: 'GrantItem', receivedAt: '2026-03-02T10:00:00+08:00', state: 'refused', problem: problem(409, 'item.paused').body }
  serves({ status: 202, body: { ...receipt, state: 'pending' } }, { status: 200, body: command })
  await expect(act('/x', {}, { key: 'k' })).rejects.toMatchObject({ problem: { code: 'item.paused' } })
})
