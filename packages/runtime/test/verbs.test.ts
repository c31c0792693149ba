import { describe, expect, it } from 'vitest'
import { type AnyWorkflow, type WorkflowProgress, workflow } from '../src/index.ts'
import { openStore, pause, rejection, start } from './harness.ts'

const double = workflow('double', async (ctx, n: number) => ctx.step('double', () => n * 2))
const waits = workflow('waits', (ctx) => ctx.signal('go'))

describe('keys', () => {
  it('return the run that has the key, open or finished', async () => {
    const runtime = await start({ workflows: [double, waits] })
    const one = await runtime.startWorkflow(double, 1, { key: 'order 1' })
    const same = await runtime.startWorkflow(double, 7, { key: 'order 1' })
    expect([one.created, same.created, same.runId]).toEqual([true, false, one.runId])
    expect((await same.result()).output).toBe(2)
    const { output, runId } = await runtime.executeWorkflow(double, 9, { key: 'order 1' })
    expect({ output, runId }).toEqual({ output: 2, runId: one.runId })
  })

  it('that exist are an error, if the caller wants it', async () => {
    const runtime = await start({ workflows: [double] })
    await runtime.executeWorkflow(double, 1, { key: 'k' })
    const error = await rejection(runtime.startWorkflow(double, 1, { key: 'k', onKey: 'error' }))
    expect(error.code).toBe('KEY_IN_USE')
    expect(error.message).toContain(`'k'`)
  })

  it('of finished runs can be used again', async () => {
    const runtime = await start({ workflows: [double, waits] })
    const options = { key: 'k', onKey: 'new-if-finished' } as const
    const one = await runtime.startWorkflow(waits, null, options)
    expect(await runtime.startWorkflow(waits, null, options)).toMatchObject({
      runId: one.runId,
      created: false,
    })
    await runtime.signalWorkflow(one.runId, 'go')
    await one.result()
    expect((await runtime.startWorkflow(waits, null, options)).created).toBe(true)
  })

  it('and ids make starting at the same time start one run', async () => {
    let calls = 0
    const count = workflow('counts', (ctx) => ctx.step('a', () => ++calls))
    const runtime = await start({ workflows: [count] })
    const runId = crypto.randomUUID()
    const options = [{ key: 'k' }, { key: 'k' }, { runId }, { runId }]
    const results = await Promise.all(options.map((each) => runtime.executeWorkflow(count, null, each)))
    expect(results.map(({ output }) => output).sort()).toEqual([1, 1, 2, 2])
    expect((await runtime.executeWorkflow(count, null, { runId })).runId).toBe(runId)
    expect(calls).toBe(2)
  })
})

describe('results', () => {
  it('can be waited for with a signal; the run goes on', async () => {
    const runtime = await start({ workflows: [waits] })
    const { runId, result } = await runtime.startWorkflow(waits, null)
    const controller = new AbortController()
    const waiting = rejection(result({ signal: controller.signal }))
    controller.abort(new Error('no patience'))
    expect((await waiting).message).toBe('no patience')
    await runtime.signalWorkflow(runId, 'go', 1)
    expect((await result()).output).toBe(1)
  })

  it('of a finished run come at once, in any runtime on the store', async () => {
    const store = await openStore()
    const graph = workflow('g').step('a', { run: () => 1 })
    const one = await start({ workflows: [double, graph], stateStore: store })
    const code = await one.executeWorkflow(double, 2)
    const made = await one.executeWorkflow(graph, null)
    const two = await start({ workflows: [double, graph], stateStore: store })
    const began = performance.now()
    expect(await (await two.getWorkflow(code.runId)).result()).toEqual(code)
    expect(await (await two.getWorkflow(made.runId)).result()).toEqual(made)
    expect(performance.now() - began).toBeLessThan(300)
  })
})

describe('streamWorkflow', () => {
  const graph = workflow('streams')
    .step('a', { run: () => 1 })
    .step('b', { after: 'a', when: () => false, run: () => 2 })
    .step('c', { after: 'a', run: () => 3 })

  const collect = async (stream: AsyncIterable<WorkflowProgress>) => {
    const told: WorkflowProgress[] = []
    for await (const progress of stream) told.push(progress)
    return told
  }

  it('tells each committed entry once, in order, with its percentage', async () => {
    const runtime = await start({ workflows: [graph] })
    const all = await collect(runtime.streamWorkflow(graph, 'in'))
    const told = all.filter(({ type }) => type !== 'step_started')
    expect(told.map(({ type, step, percent }) => [type, step, percent])).toEqual([
      ['started', null, 0],
      ['step_completed', 'a', 33],
      ['step_skipped', 'b', 66],
      ['step_completed', 'c', 99],
      ['completed', null, 100],
    ])
    expect(told.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
    expect(told[0]).toMatchObject({ workflow: 'streams', data: 'in', agent: null })
    const { runId } = told[0]!
    expect(
      (await collect(runtime.followWorkflow(runId, { after: 3 }))).map(({ version }) => version),
    ).toEqual([4, 5])
    expect((await rejection(collect(runtime.followWorkflow(crypto.randomUUID())))).code).toBe('RUN_NOT_FOUND')
  })

  it('follows a run of another runtime, and ends with the reader’s signal', async () => {
    const store = await openStore()
    const one = await start({ workflows: [waits], stateStore: store })
    const two = await start({ workflows: [waits], stateStore: store, concurrency: 0 })
    const { runId } = await one.startWorkflow(waits, null)
    const following = collect(two.followWorkflow(runId))
    const controller = new AbortController()
    const aborted = rejection(collect(two.followWorkflow(runId, { signal: controller.signal })))
    await pause(20)
    controller.abort(new Error('gone'))
    expect((await aborted).message).toBe('gone')
    await one.signalWorkflow(runId, 'go')
    expect((await following).map(({ type }) => type)).toEqual(['started', 'signal_received', 'completed'])
  })

  it('has no percentage where nobody knows how many steps there are', async () => {
    const runtime = await start({ workflows: [double] })
    const told = await collect(runtime.streamWorkflow(double, 1))
    expect(told.map(({ percent }) => percent)).toEqual([null, null, 100])
  })

  it('goes back with a rollback by no more than was rolled back', async () => {
    const store = await openStore()
    const chain = workflow('chain')
      .step('a', { run: () => 1 })
      .step('b', { after: 'a', run: () => 2 })
    const runtime = await start({ workflows: [chain], stateStore: store })
    const { runId } = await runtime.executeWorkflow(chain, null)
    await store.rollback({ runId, version: 2 })
    await (await runtime.resumeWorkflow(runId, { reason: 'try again' })).result()
    const told = await collect(runtime.followWorkflow(runId, { after: 4 }))
    expect(told.map(({ type, percent }) => [type, percent])).toEqual([
      ['rolled_back', 50],
      ['resumed', 50],
      ['step_completed', 99],
      ['completed', 100],
    ])
    expect(told.slice(0, 2).map(({ data }) => data)).toEqual([
      { toVersion: 2, fromStep: 'b' },
      { toVersion: 5, fromStep: 'a', reason: 'try again' },
    ])
  })
})

describe('a process that does not have the workflow', () => {
  const bare = workflow('bare')
    .step('a', { run: () => 1 })
    .step('b', { after: 'a', run: () => 2 })
  const nothing = workflow('nothing', async (ctx) => {
    await ctx.step('a', () => 1)
    return null
  })
  const own = workflow('own')
    .step('a', { run: () => 1 })
    .output(() => null)
  const fails = workflow('fails', () => Promise.reject(new Error('no')))

  it('has the results and the progress of its runs all the same', async () => {
    const store = await openStore()
    const one = await start({ workflows: [bare, nothing, own, fails], stateStore: store })
    const other = await start({ stateStore: store })
    const ids: [runId: string, output: unknown][] = []
    for (const definition of [bare, nothing, own] as AnyWorkflow[]) {
      const { runId, output } = await one.executeWorkflow(definition, null)
      expect((await (await other.getWorkflow(runId)).result()).output).toEqual(output)
      ids.push([runId, output])
    }
    expect(ids.map(([, output]) => output)).toEqual([{ a: 1, b: 2 }, null, null])
    const failed = await one.startWorkflow(fails, null)
    const error = await rejection((await other.getWorkflow(failed.runId)).result())
    expect(error).toMatchObject({ code: 'WORKFLOW_FAILED', message: expect.stringContaining("'fails'") })

    const told: WorkflowProgress[] = []
    for await (const item of other.followWorkflow(ids[0]![0])) told.push(item)
    expect(told.map(({ type, workflow, percent }) => [type, workflow, percent])).toEqual([
      ['started', 'bare', null],
      ['step_completed', 'bare', null],
      ['step_completed', 'bare', null],
      ['completed', 'bare', 100],
    ])
  })

  it('forks and resumes what another goes on with', async () => {
    const store = await openStore()
    const one = await start({ workflows: [bare], stateStore: store })
    const other = await start({ stateStore: store })
    const { runId } = await one.executeWorkflow(bare, null)
    const forked = await other.forkWorkflow(runId, { version: 2 })
    expect((await forked.result()).output).toEqual({ a: 1, b: 2 })
    await other.rollbackWorkflow(runId, { toVersion: 2 })
    expect((await (await other.resumeWorkflow(runId)).result()).output).toEqual({ a: 1, b: 2 })
    expect(await rejection(other.startWorkflow('bare', null))).toMatchObject({ code: 'UNKNOWN_WORKFLOW' })
  })
})

describe('health', () => {
  it('is reported part by part', async () => {
    const runtime = await start({ workflows: [waits], worker: 'w1' })
    expect(await runtime.isHealthy()).toBe(true)
    await runtime.startWorkflow(waits, null)
    expect(await runtime.healthCheck()).toMatchObject({
      healthy: true,
      worker: 'w1',
      heldRuns: 1,
      lastClaimAt: expect.any(Number),
      components: {
        runtime: { healthy: true },
        stateStore: { healthy: true, latencyMs: expect.any(Number) },
        messageBus: { healthy: true },
      },
    })
  })

  it('is bad when a part does not answer, and never a rejection', async () => {
    const store = await openStore()
    const runtime = await start({ stateStore: store })
    await store.close()
    const report = await runtime.healthCheck()
    expect(report.healthy).toBe(false)
    expect(report.components.stateStore.detail).toMatch(/does not answer: The store is closed/)
    expect(report.components.messageBus.healthy).toBe(true)
  })
})

describe('getStateHistory', () => {
  it('filters and pages', async () => {
    const runtime = await start({ workflows: [double] })
    const { runId } = await runtime.executeWorkflow(double, 1)
    const versions = async (filter: object) =>
      (await runtime.getStateHistory(runId, filter)).items.map(({ version }) => version)
    expect(await versions({})).toEqual([1, 2, 3])
    expect(await versions({ from: 2, to: 2 })).toEqual([2])
    expect(await versions({ kinds: ['completed'] })).toEqual([3])
    expect((await rejection(runtime.getStateHistory(crypto.randomUUID()))).code).toBe('RUN_NOT_FOUND')
  })
})
