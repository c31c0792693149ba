import { describe, expect, it } from 'vitest'
import { agent, workflow } from '../src/index.ts'
import { gate, pause, rejection, start, storeFile, until } from './harness.ts'

const BREAKER = { volumeThreshold: 2, errorThresholdPercentage: 1, resetTimeoutMs: 60_000 } as const

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
    runtime.registerAgent(agent('writer', { run: () => 'new' }))
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
    runtime.registerAgent(
      failing({ retry: { retries: 2, minDelayMs: 1 }, breaker: { ...BREAKER, volumeThreshold: 50 } }),
    )
    // What the store knows of the breaker stays: it is the same service.
    expect((await rejection(runtime.executeWorkflow(graph, null))).failure.message).toContain('is open')
    runtime.registerAgent(failing({ retry: { retries: 2, minDelayMs: 1 }, breaker: false }))
    await rejection(runtime.executeWorkflow(graph, null))
    expect(calls).toBe(5)
  })
})
