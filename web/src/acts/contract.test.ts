import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { pathOfOperation, type Operation } from '../api/paths.gen'
import { sent } from './body'
import { elsewhere, forms, type Form } from './catalog'

const contract = readFileSync('../api/openapi.yaml', 'utf8')

/** The body of an operation: the names it has, and those it must have. */
function bodyOf(operation: string): { names: string[]; required: string[] } | undefined {
  const part = contract.split(/\n {6}operationId: /).find((s) => s.startsWith(`${operation}\n`))!.split(/\n {4}(?:get|post|put|delete):\n/)[0]!
  const schema = /requestBody:[\s\S]*?schemas\/(\w+)'/.exec(part)?.[1]
  if (!schema) return undefined
  const said = contract.slice(contract.indexOf(`\n    ${schema}:\n`) + 1).split(/\n {4}\w/)[0]!
  return { names: [...said.matchAll(/^ {8}(\w+): /gm)].map((m) => m[1]!), required: /required: \[([^\]]*)\]/.exec(said)?.[1]?.split(', ') ?? [] }
}

const acts = (Object.entries(pathOfOperation) as [Operation, string][]).filter(([, path]) => path.startsWith('/projects/{projectId}/')).map(([o]) => o)

it('knows a good many acts', () => expect(acts.length).toBeGreaterThan(50))

it.each(acts)('%s has a form, or is done elsewhere', (operation) => {
  expect(operation in forms !== operation in elsewhere).toBe(true)
})

it.each(Object.entries(forms) as [Operation, Form][])('the form of %s says what the contract asks for, and nothing else', (operation, { fields }) => {
  const body = bodyOf(operation)
  const names = fields.flatMap(sent).filter((n) => n !== 'commitments' || operation !== 'supplyPapers') // there the form promises nothing
  if (!body) {
    expect(names).toEqual([])
    return
  }
  expect(body.names).toEqual(expect.arrayContaining(names))
  expect(fields.filter((f) => !f.optional || f.kind === 'papers').flatMap(sent)).toEqual(expect.arrayContaining(body.required))
  for (const f of fields) if (f.kind !== 'papers' && f.kind !== 'files' && !f.optional) expect(body.required).toContain(f.name)
})
