import type { StateStore } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { type AgentListFilter, agent, createRuntime, workflow } from '../src/index.ts'
import { testRuntime } from '../src/testing/index.ts'
import { gate, openStore, pause, rejection, start, storeFile, until } from './harness.ts'

const BREAKER = { volumeThreshold: 2, errorThresholdPercentage: 1, resetTimeoutMs: 60_000 } as const

/** A store that remembers which calls about cells and agents reach it. */
function countCells(store: StateStore, asked: string[]): StateStore {
  const counted = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const call = (Reflect.get(target, name, target) as (...given: unknown[]) => unknown).bind(target)
        return (...given: unknown[]) => {
          asked.push(String(name))
          return call(...given)
        }
      },
    })
  return new Proxy(store, {
    get(target, name) {
      if (name === 'cells' || name === 'agents') return counted(target[name])
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('a shared breaker', () => {
  it('that one runtime opened is open for another, and after a restart', async () => {
    const stateStore = { path: storeFile() }
    const make = () => {
      const state = { calls: 0 }
      const stripe = agent('stripe', {
        breaker: BREAKER,
        whenOpen: 'fail',
        run: () => {
          state.calls += 1
          throw new Error('down')
        },
      })
      return { state, flow: workflow('pays').step('pay', { agent: stripe }) }
    }
    const [a, b, c] = [make(), make(), make()]
    const one = await start({ workflows: [a.flow], stateStore })
    const two = await start({ workflows: [b.flow], stateStore, sweep: '1h' })
    for (let call = 0; call < 2; call++) await rejection(one.executeWorkflow(a.flow, null))
    const error = await rejection(two.executeWorkflow(b.flow, null))
    expect(error.failure.message).toContain('Breaker "stripe" is open')
    await one.shutdown()
    await two.shutdown()
    const three = await start({ workflows: [c.flow], stateStore })
    expect((await rejection(three.executeWorkflow(c.flow, null))).failure.message).toContain('is open')
    expect([a.state.calls, b.state.calls, c.state.calls]).toEqual([2, 0, 0])
  })

  it('lets so many probes pass in all as its options say, over all runtimes', async () => {
    const stateStore = { path: storeFile() }
    const world = { isWell: false, calls: 0, answer: gate() }
    const make = () => {
      const stripe = agent('stripe', {
        breaker: { ...BREAKER, resetTimeoutMs: 100, probes: 3 },
        run: async () => {
          world.calls += 1
          if (!world.isWell) throw new Error('down')
          await world.answer.opened
        },
      })
      return workflow('pays').step('pay', { agent: stripe })
    }
    const flows = [make(), make()]
    const runtimes = await Promise.all(
      flows.map((flow) => start({ workflows: [flow], stateStore, sweep: '50ms' })),
    )
    const probed: string[] = []
    for (const [index, runtime] of runtimes.entries())
      runtime.events.on('breaker.changed', ({ payload }) => probed.push(`${index} ${payload.to}`))
    for (let call = 0; call < 2; call++) await rejection(runtimes[0]!.executeWorkflow(flows[0]!, null))
    world.isWell = true
    const handles = await Promise.all(
      Array.from({ length: 20 }, (_, run) => runtimes[run % 2]!.startWorkflow(flows[run % 2]!, null)),
    )
    await until(() => world.calls === 5, 'three probes')
    await pause(300)
    expect(world.calls).toBe(5)
    world.answer.open()
    await Promise.all(handles.map(({ result }) => result()))
    expect(world.calls).toBe(22)
    expect(probed).toContain('0 open')
  }, 20_000)

  it('may be a matter of each process', async () => {
    const stateStore = { path: storeFile() }
    const make = () =>
      agent('stripe', {
        breaker: BREAKER,
        whenOpen: 'fail',
        run: () => {
          throw new Error('down')
        },
      })
    const flows = [make(), make()].map((stripe) => workflow('pays').step('pay', { agent: stripe }))
    const [one, two] = await Promise.all(
      flows.map((flow) => start({ workflows: [flow], stateStore, breakers: 'process', sweep: '1h' })),
    )
    for (let call = 0; call < 2; call++) await rejection(one!.executeWorkflow(flows[0]!, null))
    expect((await rejection(two!.executeWorkflow(flows[1]!, null))).failure.message).toContain('down')
  })
})

describe('registering an agent again', () => {
  it('replaces it for steps that start from now on; those under way finish with the old one', async () => {
    const hold = gate()
    const began = gate()
    const old = agent('writer', {
      run: async (_input: unknown) => {
        began.open()
        await hold.opened
        return 'old'
      },
    })
    const flow = workflow('writes', (ctx) =>
      Promise.all([
        ctx.step('one', { agent: old, input: 1 }),
        began.opened.then(() => ctx.step('two', { agent: 'writer', input: 2 })),
      ]),
    )
    const graph = workflow('graph').step('one', { agent: old })
    const runtime = await start({ workflows: [flow, graph], agents: [old] })
    const { result } = await runtime.startWorkflow(flow, null)
    await began.opened
    await runtime.registerAgent(agent('writer', { run: () => 'new' }))
    setTimeout(() => hold.open(), 20)
    expect((await result()).output).toEqual(['old', 'new'])
    // Also where the old one stands in the workflow itself.
    expect((await runtime.executeWorkflow(graph, null)).output).toEqual({ one: 'new' })
  })

  it('brings its own policy and breaker, also to steps with a policy of their own', async () => {
    let calls = 0
    const failing = (options: object) =>
      agent('flaky', {
        ...options,
        whenOpen: 'fail',
        run: () => {
          calls += 1
          throw new Error('down')
        },
      })
    const graph = workflow('graph').step('one', { agent: 'flaky', timeout: '5s' })
    const runtime = await start({ workflows: [graph], agents: [failing({ breaker: BREAKER })] })
    for (let call = 0; call < 2; call++) await rejection(runtime.executeWorkflow(graph, null))
    expect((await rejection(runtime.executeWorkflow(graph, null))).failure.message).toContain('is open')
    await runtime.registerAgent(
      failing({ retry: { retries: 2, minDelayMs: 1 }, breaker: { ...BREAKER, volumeThreshold: 50 } }),
    )
    // What the store knows of the breaker stays: it is the same service.
    expect((await rejection(runtime.executeWorkflow(graph, null))).failure.message).toContain('is open')
    await runtime.registerAgent(failing({ retry: { retries: 2, minDelayMs: 1 }, breaker: false }))
    await rejection(runtime.executeWorkflow(graph, null))
    expect(calls).toBe(5)
  })
})

describe('the registry', () => {
  it('tells every process which agents there are, what they are and who runs them', async () => {
    const stateStore = { path: storeFile() }
    const writer = agent('writer', {
      description: 'writes',
      version: '2.1',
      labels: { team: 'content' },
      capabilities: ['text', 'outline'],
      run: () => 'text',
    })
    const inFlow = workflow('graph').step('read', { agent: agent('reader', { run: () => 'read' }) })
    const one = await start({ agents: [writer], workflows: [inFlow], stateStore, worker: 'one' })
    const two = await start({ agents: [writer], stateStore, worker: 'two' })
    const [reader, known] = await two.listAgents()
    expect(reader).toMatchObject({ id: 'reader', workers: ['one'], enabled: true })
    expect(known).toMatchObject({
      id: 'writer',
      description: 'writes',
      version: '2.1',
      labels: { team: 'content' },
      capabilities: ['text', 'outline'],
      enabled: true,
      reason: null,
      workers: ['one', 'two'],
      health: { healthy: true, live: true, calls: 0, successRate: null, breaker: 'closed', waitingRuns: 0 },
    })
    expect(await one.getAgent('writer')).toEqual(known)
    expect(await one.getAgent('nobody')).toBeUndefined()
    const ids = async (filter: AgentListFilter) => (await one.listAgents(filter)).map(({ id }) => id)
    expect(await ids({ capability: 'text' })).toEqual(['writer'])
    expect(await ids({ labels: { team: 'other' } })).toEqual([])
    await one.shutdown()
    expect(await two.getAgent('reader')).toMatchObject({
      workers: [],
      health: { healthy: false, detail: expect.stringContaining('no live process runs agent') },
    })
    expect((await two.listAgents({ live: true })).map(({ id }) => id)).toEqual(['writer'])
  })

  it('takes agents in and forgets them while it works', async () => {
    const stateStore = { path: storeFile() }
    const one = await start({ stateStore })
    const two = await start({ stateStore })
    const late = agent('late', { run: () => 'late' })
    await Promise.all([one.registerAgent(late), two.registerAgent(late)])
    expect((await two.getAgent('late'))?.workers).toHaveLength(2)
    expect(await one.unregisterAgent('late')).toBe(true)
    expect((await one.getAgent('late'))?.workers).toEqual([two.worker])
    expect(await two.unregisterAgent('late')).toBe(true)
    expect(await two.unregisterAgent('late')).toBe(false)
    expect(await one.listAgents()).toEqual([])
    // One that is disabled is remembered as that.
    await one.registerAgent(late)
    await one.disableAgent('late', 'tired')
    await one.unregisterAgent('late')
    expect(await one.getAgent('late')).toMatchObject({ enabled: false, workers: [] })
  })

  it('asks the store for nothing in a process without agents, and once in a round with eight', async () => {
    const store = await openStore()
    const asked: string[] = []
    const counting = countCells(store, asked)
    const bare = await testRuntime({ stateStore: counting })
    await bare.clock.advance('10m')
    expect(asked).toEqual([])
    await bare.clock.until(bare.runtime.shutdown())
    const agents = Array.from({ length: 8 }, (_, number) => agent(`a${number}`, { run: () => number }))
    await using full = await testRuntime({ stateStore: counting, agents, start: bare.clock.now })
    asked.length = 0
    await full.clock.advance('1m')
    const registered = asked.filter((call) => call === 'register')
    // Eight and one write, which travel together, four times a minute.
    expect([registered.length, asked.length]).toEqual([32, 36])
  })

  it('keeps what one agent says too much of to itself, and tells of the others', async () => {
    const warnings: string[] = []
    const loud = agent('loud', { description: 'x'.repeat(20_000), run: () => 1 })
    const runtime = createRuntime({
      agents: [loud, agent('quiet', { run: () => 1 })],
      stateStore: { path: ':memory:' },
    })
    runtime.events.on('runtime.warning', ({ payload }) => warnings.push(`${payload.code} ${payload.message}`))
    await runtime.initialize()
    expect((await runtime.listAgents()).map(({ id }) => id)).toEqual(['quiet'])
    expect(warnings).toEqual([expect.stringMatching(/^AGENTS_NOT_TOLD .*loud/)])
    await runtime.shutdown()
  })
})

describe('an agent that is disabled', () => {
  const payer = (whenOpen: 'park' | 'fail' = 'park') => {
    const calls: number[] = []
    const stripe = agent('stripe', { whenOpen, run: (amount: number) => calls.push(amount) })
    const flow = workflow('pays', (ctx, amount: number) => ctx.step('pay', { agent: stripe, input: amount }))
    return { calls, stripe, flow }
  }

  it('gets no work in any process until it is enabled from any', async () => {
    const stateStore = { path: storeFile() }
    const [a, b] = [payer(), payer()]
    const one = await start({ workflows: [a.flow], agents: [a.stripe], stateStore, sweep: '50ms' })
    const two = await start({ agents: [b.stripe], stateStore })
    const changes: unknown[] = []
    one.events.on('agent.*', ({ type, payload }) => changes.push([type, payload]))
    await two.disableAgent('stripe', 'the contract ended')
    expect(await one.getAgent('stripe')).toMatchObject({
      enabled: false,
      reason: 'the contract ended',
      health: { healthy: false, detail: expect.stringContaining('enableAgent') },
    })
    // What a process knows is up to a round old; here it learns by asking itself.
    await one.disableAgent('stripe', 'the contract ended')
    const { runId, result } = await one.startWorkflow(a.flow, 7)
    await until(async () => (await one.getAgent('stripe'))?.health.waitingRuns === 1, 'parked')
    const { items } = await one.getStateHistory(runId)
    expect(items.map(({ kind }) => kind)).toEqual(['started'])
    await two.enableAgent('stripe', 'it was renewed')
    await result()
    expect(a.calls).toEqual([7])
    expect((await one.getAgent('stripe'))?.health.waitingRuns).toBe(0)
    expect(changes).toEqual([
      ['agent.disabled', { agent: 'stripe', reason: 'the contract ended' }],
      ['agent.enabled', { agent: 'stripe', reason: 'it was renewed' }],
    ])
  })

  it('is heard of within a round', async () => {
    const store = await openStore()
    const { calls, stripe, flow } = payer('fail')
    await using test = await testRuntime({ workflows: [flow], agents: [stripe], stateStore: store })
    await test.execute(flow, 1)
    await store.agents.setEnabled({ name: 'stripe', enabled: false })
    await test.clock.advance('16s')
    const error = await rejection(test.execute(flow, 2))
    expect(error.failure.message).toContain("Agent 'stripe' is disabled")
    expect(calls).toEqual([1])
    expect((error.cause as { readonly cause?: unknown }).cause).toMatchObject({ code: 'AGENT_DISABLED' })
  })

  it('is never probed, however long that takes', async () => {
    const { calls, stripe, flow } = payer()
    await using test = await testRuntime({
      workflows: [flow],
      agents: [stripe],
      autoDisable: { minCalls: 1 },
    })
    const { runtime, clock } = test
    await runtime.disableAgent('stripe')
    const { runId, result } = await clock.until(runtime.startWorkflow(flow, 1))
    await clock.advance('2h')
    expect(calls).toEqual([])
    expect(await test.store.run(runId)).toMatchObject({ status: 'waiting', waitsFor: 'stripe', version: 1 })
    await clock.until(runtime.enableAgent('stripe'))
    await clock.until(result())
    expect(calls).toEqual([1])
  })

  it('must be one that there is', async () => {
    const runtime = await start()
    for (const verb of ['disableAgent', 'enableAgent', 'agentHealth'] as const)
      expect((await rejection(runtime[verb]('ghost'))).code).toBe('UNKNOWN_AGENT')
  })
})

describe('an agent that fails too often', () => {
  const AUTO = { minCalls: 4, successRate: 0.5, probeAfter: '1m' } as const

  function flaky(world: { isWell: boolean; calls: number }) {
    const stripe = agent('stripe', {
      breaker: false,
      autoDisable: AUTO,
      run: () => {
        world.calls += 1
        if (!world.isWell) throw new Error('down')
        return 'paid'
      },
    })
    const flow = workflow('pays').step('pay', { agent: stripe })
    return { stripe, flow }
  }

  it('is disabled in all processes, probed once at a time, and enabled by a success', async () => {
    const store = await openStore()
    const world = { isWell: false, calls: 0 }
    const [a, b] = [flaky(world), flaky(world)]
    await using test = await testRuntime({ workflows: [a.flow], agents: [a.stripe], stateStore: store })
    const { runtime, clock } = test
    const other = createRuntime({
      agents: [b.stripe],
      workflows: [b.flow],
      stateStore: store,
      ports: clock.ports,
      sweep: '5s',
    })
    await clock.until(other.initialize())
    for (let call = 0; call < 4; call++) await rejection(test.execute(a.flow, null))
    await clock.advance('20s')
    expect(await other.getAgent('stripe')).toMatchObject({
      enabled: false,
      reason: '0 % of 4 calls in five minutes succeeded, at least 50 % must; it is probed every 60 s',
    })
    for (let run = 0; run < 10; run++) {
      await clock.until(runtime.startWorkflow(a.flow, null))
      await clock.until(other.startWorkflow(b.flow, null))
    }
    await clock.advance('10m')
    const probes = world.calls - 4
    // One a minute, over both; a probe that fails fails no run.
    expect(probes).toBeGreaterThanOrEqual(7)
    expect(probes).toBeLessThanOrEqual(11)
    expect((await runtime.agentHealth('stripe')).waitingRuns).toBe(20)
    world.isWell = true
    await clock.advance('90s')
    expect(await runtime.getAgent('stripe')).toMatchObject({ enabled: true, reason: 'a probe succeeded' })
    expect((await store.runs({ status: 'completed' })).items).toHaveLength(20)
    await clock.until(other.shutdown({ grace: 0 }))
  }, 30_000)

  it('stays disabled once somebody says so', async () => {
    const world = { isWell: false, calls: 0 }
    const { stripe, flow } = flaky(world)
    await using test = await testRuntime({ workflows: [flow], agents: [stripe] })
    const { runtime, clock } = test
    for (let call = 0; call < 4; call++) await rejection(test.execute(flow, null))
    await clock.advance('1s')
    await clock.until(runtime.disableAgent('stripe', 'by hand'))
    await clock.until(runtime.startWorkflow(flow, null))
    world.isWell = true
    await clock.advance('1h')
    expect(world.calls).toBe(4)
    expect(await runtime.getAgent('stripe')).toMatchObject({ enabled: false, reason: 'by hand' })
  })

  it('is not asked while its breaker is open as well, and is well again when both say so', async () => {
    const world = { isWell: false, calls: 0 }
    const stripe = agent('stripe', {
      breaker: { volumeThreshold: 4, errorThresholdPercentage: 1, resetTimeoutMs: 120_000 },
      autoDisable: AUTO,
      run: () => {
        world.calls += 1
        if (!world.isWell) throw new Error('down')
      },
    })
    const flow = workflow('pays').step('pay', { agent: stripe })
    await using test = await testRuntime({ workflows: [flow], agents: [stripe] })
    const { runtime, clock } = test
    for (let call = 0; call < 4; call++) await rejection(test.execute(flow, null))
    for (let run = 0; run < 5; run++) await clock.until(runtime.startWorkflow(flow, null))
    await clock.advance('100s')
    expect(await runtime.agentHealth('stripe')).toMatchObject({
      enabled: false,
      breaker: 'open',
      waitingRuns: 5,
    })
    expect(world.calls).toBe(4)
    world.isWell = true
    await clock.advance('5m')
    expect(await runtime.agentHealth('stripe')).toMatchObject({
      enabled: true,
      breaker: 'closed',
      waitingRuns: 0,
    })
    expect(world.calls).toBe(9)
  })

  it('stays as it is known while the store cannot be asked', async () => {
    const store = await openStore()
    const state = { isDown: false }
    const faulty = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (name === 'agents' && state.isDown)
          return new Proxy(target.agents, { get: () => () => Promise.reject(new Error('gone')) })
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const world = { isWell: true, calls: 0 }
    const { stripe, flow } = flaky(world)
    await using test = await testRuntime({ workflows: [flow], agents: [stripe], stateStore: faulty })
    const { runtime, clock } = test
    await clock.until(runtime.disableAgent('stripe'))
    state.isDown = true
    const { runId } = await clock.until(runtime.startWorkflow(flow, null))
    await clock.advance('3m')
    expect(await store.run(runId)).toMatchObject({ status: 'waiting', waitsFor: 'stripe' })
    state.isDown = false
    await store.agents.setEnabled({ name: 'stripe', enabled: true })
    await clock.advance('2m')
    expect((await store.run(runId))?.status).toBe('completed')
    expect(world.calls).toBe(1)
  })

  it('may fail now and then, and what is not its fault does not count', async () => {
    let call = 0
    const stripe = agent('stripe', {
      breaker: { volumeThreshold: 1_000, countIf: (error) => (error as Error).message !== 'not found' },
      autoDisable: AUTO,
      run: () => {
        call += 1
        if (call % 3 === 0) throw new Error('down')
        if (call % 3 === 1) throw new Error('not found')
        return 'paid'
      },
    })
    const flow = workflow('pays', (ctx) => ctx.step('pay', { agent: stripe, input: null }).catch(() => {}))
    await using test = await testRuntime({ workflows: [flow], agents: [stripe] })
    for (let run = 0; run < 12; run++) await test.execute(flow, null)
    expect(await test.runtime.agentHealth('stripe')).toMatchObject({ enabled: true, calls: 12, failed: 4 })
  })
})
