import { createMemoryMessageBus } from '@pawl/message-bus'
import { StateStoreError } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { agent, createRuntime, workflow } from '../src/index.ts'
import { testRuntime } from '../src/testing/index.ts'
import { openStore, rejection, start, wrapStore } from './harness.ts'

const BREAKER = { volumeThreshold: 2, errorThresholdPercentage: 1, resetTimeoutMs: 60_000 } as const

describe('healthCheck', () => {
  it('says of every part how it is', async () => {
    const runtime = await start({ agents: [agent('writer', { run: () => 1 })] })
    const report = await runtime.healthCheck()
    expect(report).toMatchObject({
      healthy: true,
      degraded: false,
      worker: runtime.worker,
      heldRuns: 0,
      lastClaimAt: expect.any(Number),
      problems: [],
      components: {
        runtime: { healthy: true },
        stateStore: { healthy: true, latencyMs: expect.any(Number) },
        messageBus: { healthy: true },
        worker: {
          healthy: true,
          detail: expect.stringMatching(/^holds 0 runs; the last claim was answered \d+ ms ago$/),
        },
        outbox: { healthy: true, detail: 'no messages are left' },
        agents: { healthy: true, detail: 'all 1 agents may be asked' },
      },
    })
    expect(report.agents.map(({ id }) => id)).toEqual(['writer'])
  })

  it('before initialize says what to do', async () => {
    const runtime = createRuntime()
    expect(await runtime.isHealthy()).toBe(false)
    const { problems, agents } = await runtime.healthCheck()
    expect(problems).toEqual(['The runtime is not initialized: await initialize().'])
    expect(agents).toEqual([])
  })

  it('counts runs by the agent that they wait for, and an open breaker makes nothing unhealthy', async () => {
    const stripe = agent('stripe', {
      breaker: BREAKER,
      run: () => {
        throw new Error('down')
      },
    })
    const flow = workflow('pays').step('pay', { agent: stripe })
    await using test = await testRuntime({ workflows: [flow], agents: [stripe] })
    const { runtime, clock } = test
    for (let call = 0; call < 2; call++) await rejection(test.execute(flow, null))
    for (let run = 0; run < 41; run++) await clock.until(runtime.startWorkflow(flow, null))
    await clock.advance('5s')
    const report = await runtime.healthCheck()
    expect([report.healthy, report.degraded, await runtime.isHealthy()]).toEqual([true, true, true])
    expect(report.components.agents.detail).toBe('1 of 1 agents may not be asked, 41 runs wait for them')
    expect(report.problems).toEqual([
      "the breaker of agent 'stripe' is open: see why its calls fail; it is probed by itself; 41 runs wait for it; " +
        '0 % of 2 calls in 5 minutes succeeded, p50 1 ms, p95 1 ms',
    ])
    expect(await runtime.agentHealth('stripe')).toMatchObject({ breaker: 'open', waitingRuns: 41, failed: 2 })
    await clock.advance('61s')
    expect((await runtime.agentHealth('stripe')).detail).toContain('41 runs wait for it')
  })

  it('says when the store, the bus, or both are silent, and does not wait for ever', async () => {
    const store = await openStore()
    const state = { isDown: false, isSilent: false }
    const faulty = wrapStore(store, async (method, call) => {
      if (method === 'setTestClock' || method === 'runs') return call()
      if (state.isSilent) return new Promise(() => {})
      if (state.isDown)
        throw new StateStoreError('STORE_UNREACHABLE', 'the server is gone', { retriable: true })
      return call()
    })
    const bus = createMemoryMessageBus()
    await using test = await testRuntime({ stateStore: faulty, messageBus: bus })
    const { runtime, clock } = test
    state.isDown = true
    expect(await runtime.healthCheck()).toMatchObject({
      healthy: false,
      components: { stateStore: { healthy: false, detail: 'The store does not answer: the server is gone' } },
    })
    state.isDown = false
    state.isSilent = true
    const report = await clock.until(runtime.healthCheck())
    expect(report.components.stateStore.detail).toBe('The store does not answer: no answer within 5 s')
    expect(await clock.until(runtime.isHealthy())).toBe(false)
    state.isSilent = false
    expect(await runtime.isHealthy()).toBe(true)
    await bus.close()
    expect(await runtime.isHealthy()).toBe(false)
  })

  it('says when no runs are claimed any more, though there is room', async () => {
    const store = await openStore()
    const state = { isStuck: false }
    const stuck = wrapStore(store, (method, call) =>
      state.isStuck && method === 'claim' ? new Promise(() => {}) : call(),
    )
    const agents = [agent('idle', { run: () => 1 })]
    await using test = await testRuntime({ stateStore: stuck, sweep: '1s', agents })
    const { runtime, clock } = test
    await clock.advance('10s')
    expect(await runtime.isHealthy()).toBe(true)
    state.isStuck = true
    await clock.advance('10s')
    const { healthy, problems } = await runtime.healthCheck()
    expect(healthy).toBe(false)
    expect(problems).toEqual([
      expect.stringMatching(
        /^The worker takes no runs: the last claim was answered \d+ ms ago\. See whether/,
      ),
    ])
  })

  it('says when messages do not leave', async () => {
    const bus = createMemoryMessageBus()
    const state = { isDown: true }
    const faulty = new Proxy(bus, {
      get(target, name) {
        if (name === 'publishResult' && state.isDown) return () => Promise.reject(new Error('down'))
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const flow = workflow('flow', async () => 1)
    await using test = await testRuntime({ workflows: [flow], messageBus: faulty })
    await test.execute(flow, null)
    await test.clock.advance('2m')
    const report = await test.runtime.healthCheck()
    expect(report).toMatchObject({ healthy: true, degraded: true })
    expect(report.problems).toEqual([
      expect.stringContaining('Messages of 1 runs have not left for a minute'),
    ])
    state.isDown = false
    await test.clock.advance('20s')
    expect((await test.runtime.healthCheck()).problems).toEqual([])
  })
})

describe('agentHealth', () => {
  it('adds up what all processes did in the last five minutes', async () => {
    const store = await openStore()
    const make = (ms: number) => agent('writer', { run: () => clockOf().advanceBy(ms) })
    let advance: (ms: number) => Promise<unknown> = async () => {}
    const clockOf = () => ({ advanceBy: (ms: number) => advance(ms) })
    const flowOf = (ms: number) => workflow('writes').step('write', { agent: make(ms) })
    const [fast, slow] = [flowOf(100), flowOf(1_000)]
    await using test = await testRuntime({ workflows: [fast], stateStore: store, worker: 'one' })
    const { clock } = test
    advance = (ms) => new Promise((resolve) => clock.ports.setTimer(() => resolve(null), ms))
    const other = createRuntime({ workflows: [slow], stateStore: store, ports: clock.ports, worker: 'two' })
    await clock.until(other.initialize())
    for (let call = 0; call < 6; call++) await test.execute(fast, null)
    for (let call = 0; call < 4; call++) {
      const { result } = await clock.until(other.startWorkflow(slow, null))
      await clock.until(result())
    }
    await clock.advance('16s')
    const here = await test.runtime.agentHealth('writer')
    expect(here).toMatchObject({ calls: 10, failed: 0, successRate: 1, live: true, windowMs: 300_000 })
    expect(Math.abs((here.p50Ms ?? 0) - 100)).toBeLessThan(10)
    expect(Math.abs((here.p95Ms ?? 0) - 1_000)).toBeLessThan(100)
    expect(await other.agentHealth('writer')).toMatchObject({ calls: 10 })
    await clock.advance('6m')
    expect(await test.runtime.agentHealth('writer')).toMatchObject({
      calls: 0,
      successRate: null,
      p50Ms: null,
    })
    await clock.until(other.shutdown({ grace: 0 }))
  })
})
