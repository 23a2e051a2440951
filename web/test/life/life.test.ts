import { expect, it } from 'vitest'

import { zh } from '../../src/words/zh'
import { act, at, byClicks, declares, openProject } from '../clicks'
import { answerTo, chance, lead, profile, reached, see } from '../lead'
import { timeline } from '../service'

const name = '桂林高新区智能制造产业园一期'

it('a project is led from its declaration to production by clicks alone', { timeout: 1_800_000 }, async () => {
  const began = Date.now()
  let clicked = 0
  const by = async (c: Parameters<typeof byClicks>[0]) => {
    await byClicks(c)
    clicked++
  }
  const asked = await profile(name)
  const id = await declares(await at('owner-xinyou'), {
    texts: { name, investment: '60000', summary: asked.summary! },
    choices: { unit: '市工业和信息化局', sector: '产业', level: zh.level.city, procedure: zh.procedure.filing, funding: '企业自筹', specialities: ['产业发展', '工程技术'] },
    dates: { plannedStart: asked.plannedStart, plannedCompletion: asked.plannedCompletion },
    asks: [{ resource: '前期工作经费', amount: '20', year: String(asked.asks![0]!.year) }],
  })
  expect((await see(id)).profile).toMatchObject(Object.fromEntries(Object.entries(asked).filter(([, said]) => said !== false)))
  await lead(id, reached('construction'), { by })

  // What is not asked for by the rules, but happens: a problem is found, given to somebody, and closed.
  await openProject(await at('supervisor'), { id, name })
  await act(await at('supervisor'), 'registerProblem', { title: '管线迁改与施工交叉', detail: '影响关键线路' })
  await openProject(await at('office'), { id, name })
  const assign = await chance('office', await see(id), 'assignProblem')
  await act(await at('office'), 'assignProblem', answerTo(assign!))
  clicked += 2

  // Works last at least until a month has been reported.
  const end = await lead(id, (p) => p.row.status === 'done', { by, not: (t, p) => t.kind === 'completion' && (!p.reporting.reports?.length || p.problems.some((q) => !q.closed)) })
  expect(end.row.phase).toBe('closed')
  const record = await timeline(id)
  expect(record.filter((e) => e.type === 'ItemGranted').length, 'items granted').toBeGreaterThanOrEqual(12)
  expect(record.filter((e) => e.type === 'ReportFiled').length, 'months reported').toBeGreaterThanOrEqual(1)
  expect(record.filter((e) => e.type === 'JointlyAccepted')).toHaveLength(1)
  console.log(`${clicked} acts by clicks, ${record.length} lines on the timeline, ${Date.now() - began} ms`)
})
