// Scripts that find nothing prove nothing. Each of these defects, built into the page, must make the script fail that is there to find it.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build, type Plugin } from 'vite'
import { expect, it } from 'vitest'

const web = fileURLToPath(new URL('../..', import.meta.url))

interface Defect {
  what: string
  /** One passage of a source file, which must be there exactly once. */
  file: string
  old: string
  then: string
  /** The script, and the test of it that must fail. */
  script: string
  test: string
}

const defects: Defect[] = [
  {
    what: 'what is sent again has another key, and is done twice',
    file: 'src/acts/ActForm.tsx', old: "bodyOf(fields, typed), { key, post: act.post })\n      message", then: "bodyOf(fields, typed), { key: newKey(), post: act.post })\n      message",
    script: 'test/rooms/once.test.ts', test: 'an act whose answer is lost',
  },
  {
    what: 'others’ work does not appear by itself',
    file: 'src/app/live.ts', old: "source.addEventListener('change', (e", then: "source.addEventListener('changes', (e",
    script: 'test/rooms/cut.test.ts', test: 'what somebody else does appears without a reload',
  },
  {
    what: 'a lost connection is not told',
    file: 'src/app/live.ts', old: "late ??= setTimeout(() => setConnection('cut'), 2500)", then: 'late ??= undefined',
    script: 'test/rooms/cut.test.ts', test: 'a form outlives the service',
  },
  {
    what: 'what was typed is lost when it is refused',
    file: 'src/acts/ActForm.tsx', old: '      setFailure(e)\n      if (judged(e))', then: '      setFailure(e)\n      form.resetFields()\n      if (judged(e))',
    script: 'test/rooms/once.test.ts', test: 'what the server refuses',
  },
  {
    what: 'Enter pressed once too often opens the form again',
    file: 'src/acts/Acts.tsx', old: "done ? document.getElementById('content') : from.current", then: 'from.current',
    script: 'test/rooms/once.test.ts', test: 'Enter pressed three times',
  },
  {
    what: 'a word is there in one language only',
    file: 'src/desk/Inbox.tsx', old: "title: t('inbox.due'),", then: "title: '期限',",
    script: 'test/rooms/looks.test.ts', test: 'can be seen as zjj-head',
  },
  {
    what: 'nobody who cannot see it knows what a box is for',
    file: 'src/desk/Inbox.tsx', old: "placeholder={t('inbox.text')} aria-label={t('inbox.text')}", then: '',
    script: 'test/rooms/looks.test.ts', test: 'can be seen as zjj-head',
  },
  {
    what: 'a box is wider than a phone',
    file: 'src/desk/Inbox.tsx', old: 'className="text" allowClear', then: 'className="text" style={{ minWidth: 600 }} allowClear',
    script: 'test/rooms/looks.test.ts', test: 'can be seen as zjj-head',
  },
]

/** Builds the page with a defect. */
async function built({ file, old, then }: Defect): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'milepost-page-'))
  let found = 0
  const defect: Plugin = {
    name: 'defect', enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(file)) return
      found = code.split(old).length - 1
      return code.replace(old, () => then)
    },
  }
  await build({ root: web, logLevel: 'error', plugins: [defect], build: { outDir, emptyOutDir: true, reportCompressedSize: false } })
  expect(found, `how often ${file} has what is to be changed`).toBe(1)
  return outDir
}

it.each(defects)('$what', { timeout: 900_000 }, async (d) => {
  const page = await built(d)
  try {
    const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', d.script, '-t', d.test], {
      cwd: web, encoding: 'utf8', env: { ...process.env, MILEPOST_TEST_PAGE: page },
    })
    expect(run.status, `the defect was not found:\n${run.stdout}${run.stderr}`).not.toBe(0)
    expect(run.stdout, run.stderr).toMatch(new RegExp(`(FAIL|×).*${d.test}`))
  } finally {
    rmSync(page, { recursive: true })
  }
})
