import { describe, expect, it } from 'vitest'
import { createRuntime, workflow } from '../src/index.ts'
import { gate, journalOf, openStore, pause, start, storeFile, wrapStore } from './harness.ts'

/** Three steps; the second one of the first process waits until it is told, or for ever. */
function stuck(kind: 'graph' | 'code', calls: string[], reached: () => void, second: () => unknown) {
  const step = (name: string, work: () => unknown) => () => {
    calls.push(name)
    return work()
  }
  const one = step('a', () => 'A')
  const two = step('b', () => {
    reached()
    return second()
  })
  const three = step('c', () => 'C')
  if (kind === 'code') {
    return workflow('stuck', async (ctx) => ({
      a: await ctx.step('a', one),
      b: await ctx.step('b', two),
      c: await ctx.step('c', three),
    }))
  }
  return workflow('stuck')
    .step('a', { run: one })
    .step('b', { after: 'a', run: two })
    .step('c', { after: 'b', run: three })
}

describe.each(['graph', 'code'] as const)('a %s over a restart', (kind) => {
  it('is given back by a shutdown; the next runtime goes on and repeats no finished step', async () => {
    const path = storeFile()
    const calls: string[] = []
    const reached = gate()
    const first = stuck(kind, calls, reached.open, () => new Promise(() => {}))
    const one = await start({ workflows: [first], stateStore: { path } })
    const { runId } = await one.startWorkflow(first, null)
    await reached.opened
    await one.shutdown({ grace: 20 })

    const second = stuck(
      kind,
      calls,
      () => {},
      () => 'B',
    )
    const two = createRuntime({ workflows: [second], stateStore: { path } })
    const resumed: unknown[] = []
    two.events.on('workflow.resumed', ({ payload }) => resumed.push(payload))
    await using _closing = two
    await two.initialize()
    const { output } = await (await two.getWorkflow(runId)).result()
    expect(output).toEqual({ a: 'A', b: 'B', c: 'C' })
    expect(calls).toEqual(['a', 'b', 'b', 'c'])
    expect(await journalOf(two, runId)).toEqual([
      'started',
      'step_completed a',
      'resumed',
      'step_completed b',
      'step_completed c',
      'completed',
    ])
    expect(resumed).toEqual([{ runId, workflow: 'stuck', fromVersion: 2, fromStep: 'a' }])
  })

  it('is drained by a shutdown: the step under way is recorded, the next one is not started', async () => {
    const path = storeFile()
    const calls: string[] = []
    const reached = gate()
    const release = gate()
    const first = stuck(kind, calls, reached.open, () => release.opened.then(() => 'B'))
    const one = await start({ workflows: [first], stateStore: { path } })
    const { runId } = await one.startWorkflow(first, null)
    await reached.opened
    const stopping = one.shutdown()
    release.open()
    await stopping
    expect(calls).toEqual(['a', 'b'])

    const two = await start({ workflows: [first], stateStore: { path } })
    await (await two.getWorkflow(runId)).result()
    expect(calls).toEqual(['a', 'b', 'c'])
  })

  it('is finished by another runtime when its process goes silent', async () => {
    const path = storeFile()
    const calls: string[] = []
    const reached = gate()
    const first = stuck(kind, calls, reached.open, () => new Promise(() => {}))
    const settings = { stateStore: { path }, sweep: 100 } as const
    // A process that was killed: from then on nothing that it asks of the store arrives, so it renews no lease.
    let killed = false
    const stateStore = wrapStore(await openStore({ path }), (_method, call) =>
      killed ? new Promise(() => {}) : call(),
    )
    const one = await start({ workflows: [first], stateStore, sweep: 100, lease: 300 })
    const { runId } = await one.startWorkflow(first, null)
    await reached.opened
    killed = true
    const second = stuck(
      kind,
      calls,
      () => {},
      () => 'B',
    )
    const two = await start({ workflows: [second], ...settings, lease: 300 })
    const { output } = await (await two.getWorkflow(runId)).result()
    expect(output).toEqual({ a: 'A', b: 'B', c: 'C' })
    expect(calls).toEqual(['a', 'b', 'b', 'c'])
    expect(await journalOf(two, runId)).toContain('resumed')
    killed = false
  })
})

describe('shutdown', () => {
  it('aborts steps that outlast the grace, and ends waiting for results with what to do next', async () => {
    const reached = gate()
    let signal: AbortSignal | undefined
    const code = workflow('long', (ctx) =>
      ctx.step('sleepy', (step) => {
        signal = step.signal
        reached.open()
        return new Promise(() => {})
      }),
    )
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    const ended = result().catch((error: unknown) => error)
    await reached.opened
    await runtime.shutdown({ grace: 10 })
    expect(signal?.aborted).toBe(true)
    expect(await ended).toMatchObject({ code: 'RUN_INTERRUPTED', retriable: true })
    expect(((await ended) as Error).message).toContain(`getWorkflow('${runId}')`)
  })

  it('sends what is to leave before it closes, and leaves parts of others open', async () => {
    const store = await openStore()
    const code = workflow('quick', async () => 1)
    const runtime = await start({ workflows: [code], stateStore: store })
    const { runId } = await runtime.executeWorkflow(code, null)
    await runtime.shutdown()
    expect(await store.run(runId)).toMatchObject({ status: 'completed' })
    await pause(50)
    expect(await store.unsent({ idleMs: 0 })).toEqual([])
  })
})
