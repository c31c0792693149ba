import { describe, expect, it } from 'vitest'
import { agent, type WhenOpen, workflow } from '../src/index.ts'
import { testRuntime } from '../src/testing/index.ts'
import { gate, journalOf, rejection } from './harness.ts'

/** An agent whose service is ill until somebody says otherwise; its breaker opens at the second failure. */
function service(options: { readonly whenOpen?: WhenOpen; readonly retry?: number } = {}) {
  const state = { isWell: false, calls: 0 }
  const stripe = agent('stripe', {
    ...options,
    breaker: { volumeThreshold: 2, errorThresholdPercentage: 1, resetTimeoutMs: 30_000 },
    run: async (amount: number) => {
      state.calls += 1
      if (!state.isWell) throw new Error('the service is down')
      return `paid ${amount}`
    },
  })
  return { state, stripe }
}

/** A graph and a code workflow that pay, and one that opens the breaker. */
function payments(stripe: ReturnType<typeof service>['stripe']) {
  const graph = workflow('graph').step('pay', { agent: stripe, input: () => 7 })
  const code = workflow('code', (ctx) => ctx.step('pay', { agent: stripe, input: 8 }))
  const all = [graph, code]
  return { graph, code, all }
}

async function ill(options: Parameters<typeof service>[0] = {}) {
  const { state, stripe } = service(options)
  const { graph, code, all } = payments(stripe)
  const test = await testRuntime({ workflows: all, agents: [stripe] })
  const { runtime, clock } = test
  for (let call = 0; call < 2; call += 1 + (options.retry ?? 0)) await rejection(test.execute(code, null))
  const parked: unknown[] = []
  runtime.events.on('workflow.parked', ({ payload }) => parked.push(payload))
  const start = async (flow: typeof graph | typeof code) =>
    (await clock.until(runtime.startWorkflow(flow as typeof code, null))).runId
  return { ...test, state, graph, code, parked, start }
}

describe('a run that meets an open breaker', () => {
  it('is told of in the logs, as is the breaker', async () => {
    await using test = await ill()
    const { runtime, clock } = test
    const runId = await test.start(test.code)
    await clock.advance('5s')
    const { items } = await clock.until(runtime.getLogs({ agent: 'stripe', order: 'oldest' }))
    expect(items).toMatchObject([
      { level: 'warn', message: expect.stringContaining("'stripe' opened"), context: { from: 'closed' } },
      { level: 'info', runId, step: 'pay', message: expect.stringMatching(/'pay' waits for .* until 2025-/) },
    ])
  })

  it.each(['graph', 'code'] as const)(
    'is parked as a %s, and completes once the service is well',
    async (form) => {
      await using test = await ill()
      const { runtime, clock, store, state, parked } = test
      const runId = await test.start(test[form])
      await clock.advance('5s')
      expect(parked).toEqual([
        { runId, workflow: form, step: 'pay', agent: 'stripe', wakeInMs: expect.any(Number) },
      ])
      const waiting = await store.run(runId)
      expect(waiting).toMatchObject({ status: 'waiting', worker: null, version: 1, claims: 0 })
      expect((await runtime.healthCheck()).heldRuns).toBe(0)
      expect(state.calls).toBe(2)
      state.isWell = true
      await clock.advance('40s')
      expect(await journalOf(runtime, runId)).toEqual(['started', 'step_completed pay', 'completed'])
      const { items } = await runtime.getEventHistory(runId)
      expect(items[1]).toMatchObject({ attempts: 1, errors: [] })
      expect(state.calls).toBe(3)
    },
  )

  it('burns nothing and is no crash loop, however often it is parked', async () => {
    await using test = await ill({ retry: 1 })
    const { runtime, clock, store, state, parked } = test
    const runId = await test.start(test.graph)
    await clock.advance('15m')
    expect(parked.length).toBeGreaterThan(20)
    expect(await store.run(runId)).toMatchObject({ status: 'waiting', version: 1, claims: 0 })
    state.isWell = true
    await clock.advance('1m')
    expect(await journalOf(runtime, runId)).toEqual(['started', 'step_completed pay', 'completed'])
    const { items } = await runtime.getEventHistory(runId)
    expect(items[1]).toMatchObject({ attempts: 1, errors: [] })
  })

  it('probes one at a time while the others stay parked', async () => {
    await using test = await ill()
    const { clock, store, state, parked } = test
    for (let run = 0; run < 20; run++) await test.start(test.graph)
    await clock.advance('10m')
    const { items } = await store.runs({ type: 'graph' })
    expect(new Set(items.map(({ status, version }) => `${status} ${version}`))).toEqual(
      new Set(['waiting 1']),
    )
    // Each half-open time costs one call: ten minutes are at most twenty of them.
    expect(state.calls).toBeLessThanOrEqual(2 + 20)
    expect(parked.length).toBeGreaterThan(20)
    state.isWell = true
    await clock.advance('2m')
    const done = await store.runs({ type: 'graph', status: 'completed' })
    expect(done.items).toHaveLength(20)
  }, 20_000)

  it('fails at once where the agent says so', async () => {
    await using test = await ill({ whenOpen: 'fail' })
    const error = await rejection(test.execute(test.graph, null))
    expect(error.failure.message).toContain('Breaker "stripe" is open')
    expect(test.parked).toEqual([])
  })

  it('can be cancelled', async () => {
    await using test = await ill()
    const { runtime, clock, store } = test
    const runId = await test.start(test.graph)
    await clock.advance('5s')
    await clock.until(runtime.cancelWorkflow(runId))
    await clock.advance('1s')
    expect((await store.run(runId))?.status).toBe('cancelled')
  })

  it('goes on elsewhere when its process dies', async () => {
    const { state, stripe } = service()
    const { code, graph } = payments(stripe)
    const one = await testRuntime({ workflows: [code, graph] })
    for (let failure = 0; failure < 2; failure++) await rejection(one.execute(code, null))
    const { runId } = await one.clock.until(one.runtime.startWorkflow(graph, null))
    await one.clock.advance('5s')
    // What it has in memory is gone; what it wrote stays.
    state.isWell = true
    await using two = await testRuntime({ workflows: [graph], stateStore: one.store, start: one.clock.now })
    await two.clock.advance('40s')
    expect(await journalOf(two.runtime, runId)).toEqual(['started', 'step_completed pay', 'completed'])
    expect(state.calls).toBe(3)
    await one.runtime.shutdown({ grace: 0 })
  })
})

describe('a task for an agent whose breaker is open', () => {
  it('waits outside of the queue, so that others get its place', async () => {
    const { state, stripe } = service()
    const other = agent('other', { run: (n: number) => n + 1 })
    await using test = await testRuntime({ agents: [stripe, other], taskConcurrency: 1 })
    const { runtime, clock, store } = test
    for (let failure = 0; failure < 2; failure++) await rejection(clock.until(runtime.executeTask(stripe, 1)))
    const parked = await clock.until(runtime.submitTask(stripe, 7))
    await clock.advance('1s')
    expect(await store.run(parked.taskId)).toMatchObject({
      status: 'waiting',
      waitsFor: 'stripe',
      worker: null,
    })
    const beside = await clock.until(runtime.submitTask(other, 1))
    expect((await clock.until(beside.result())).output).toBe(2)
    expect(await runtime.queueStatus()).toMatchObject({ running: 0, waiting: 1 })
    state.isWell = true
    expect((await clock.until(parked.result())).output).toBe('paid 7')
    expect(state.calls).toBe(3)
  })
})

describe('siblings of a parked step', () => {
  it('finish first, and what comes after them too', async () => {
    const { state, stripe } = service()
    const { code } = payments(stripe)
    const slow = gate()
    const done: string[] = []
    const graph = workflow('siblings')
      .step('pay', { agent: stripe, input: () => 1 })
      .step('slow', { run: () => slow.opened.then(() => void done.push('slow')) })
      .step('next', { after: 'slow', run: () => void done.push('next') })
    await using test = await testRuntime({ workflows: [graph, code] })
    const { runtime, clock, store } = test
    for (let failure = 0; failure < 2; failure++) await rejection(test.execute(code, null))
    const { runId } = await clock.until(runtime.startWorkflow(graph, null))
    await clock.advance('2s')
    expect((await store.run(runId))?.status).toBe('running')
    slow.open()
    await clock.advance(0)
    await clock.advance('2s')
    expect(done).toEqual(['slow', 'next'])
    expect((await store.run(runId))?.status).toBe('waiting')
    state.isWell = true
    await clock.advance('40s')
    expect((await store.run(runId))?.status).toBe('completed')
    expect(done).toEqual(['slow', 'next'])
  })

  it('may fail the run, which does not wait for the parked step then', async () => {
    const { stripe } = service()
    const { code } = payments(stripe)
    const bad = gate()
    const graph = workflow('failing')
      .step('pay', { agent: stripe, input: () => 1 })
      .step('bad', {
        run: async () => {
          await bad.opened
          throw new Error('bad')
        },
      })
    await using test = await testRuntime({ workflows: [graph, code] })
    const { runtime, clock } = test
    for (let failure = 0; failure < 2; failure++) await rejection(test.execute(code, null))
    const { runId } = await clock.until(runtime.startWorkflow(graph, null))
    await clock.advance('1s')
    bad.open()
    await clock.advance('1s')
    expect(await journalOf(runtime, runId)).toEqual(['started', 'step_failed bad', 'failed'])
  })

  it('go on in code, sleeps included', async () => {
    const { state, stripe } = service()
    const { code } = payments(stripe)
    const both = workflow('both', (ctx) =>
      ctx.all([
        (branch) => branch.step('pay', { agent: stripe, input: 1 }),
        async (branch) => {
          await branch.step('first', () => 'first')
          await branch.sleep('nap', '10s')
          return branch.step('second', () => 'second')
        },
      ]),
    )
    await using test = await testRuntime({ workflows: [both, code] })
    const { runtime, clock } = test
    for (let failure = 0; failure < 2; failure++) await rejection(test.execute(code, null))
    const { runId } = await clock.until(runtime.startWorkflow(both, null))
    await clock.advance('15s')
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'step_completed all:1/first',
      'timer_set all:1/nap',
      'timer_fired all:1/nap',
      'step_completed all:1/second',
    ])
    state.isWell = true
    await clock.advance('40s')
    expect((await journalOf(runtime, runId)).slice(-2)).toEqual(['step_completed all:0/pay', 'completed'])
  })
})
