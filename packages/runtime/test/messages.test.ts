import { createMemoryMessageBus, type MessageBus, type ResultMessage } from '@pawl/message-bus'
import { describe, expect, it } from 'vitest'
import { realPorts, workflow } from '../src/index.ts'
import { Outbox } from '../src/leave/outbox.ts'
import { openStore, pause, rejection, start, until } from './harness.ts'

async function listen(bus: MessageBus) {
  const heard: (ResultMessage & { readonly id: string })[] = []
  await bus.subscribeToResults('workflow:*', (message, { envelope }) =>
    heard.push({ ...message, id: envelope.id }),
  )
  const events = () => heard.map(({ metadata }) => metadata.event_type)
  return { heard, events }
}

describe('lifecycle messages', () => {
  it('of a run that completes: started first, with ids of run and version', async () => {
    const bus = createMemoryMessageBus()
    const { heard, events } = await listen(bus)
    const graph = workflow('ships', {})
      .step('a', { run: () => 1 })
      .step('b', { after: 'a', when: () => false, run: () => 2 })
    const runtime = await start({ workflows: [graph], messageBus: bus })
    const { runId } = await runtime.executeWorkflow(graph, { topic: 'x' })
    await until(() => heard.length === 2)
    expect(events()).toEqual(['workflow_started', 'workflow_completed'])
    expect(heard[0]).toEqual({
      id: `${runId}:1`,
      taskId: runId,
      agentId: 'workflow:ships',
      result: { workflow_type: 'ships', input: { topic: 'x' } },
      metadata: { event_type: 'workflow_started', run_version: 1 },
      timestamp: expect.any(Number),
    })
    expect(heard[1]).toMatchObject({
      id: `${runId}:4`,
      taskId: runId,
      agentId: 'workflow:ships',
      result: { workflow_type: 'ships', completed_steps: 2, execution_time_ms: expect.any(Number) },
      metadata: { event_type: 'workflow_completed', run_version: 4 },
    })
    // A bus that was passed in stays open.
    await runtime.shutdown()
    expect((await bus.healthCheck()).healthy).toBe(true)
    await bus.close()
  })

  it('of failing, resuming, rolling back and cancelling', async () => {
    const bus = createMemoryMessageBus()
    const store = await openStore()
    const { heard, events } = await listen(bus)
    let ill = true
    const code = workflow('lives', async (ctx) => {
      await ctx.step('a', () => {
        if (ill) throw new Error('ill')
      })
      await ctx.signal('never')
    })
    const runtime = await start({ workflows: [code], messageBus: bus, stateStore: store })
    const { runId, result } = await runtime.startWorkflow(code, null)
    await rejection(result())
    ill = false
    await runtime.resumeWorkflow(runId)
    await runtime.cancelWorkflow(runId, { reason: 'enough' })
    await rejection(result())
    await until(() => heard.length === 4)
    await store.rollback({ runId, version: 1 })
    await runtime.resumeWorkflow(runId)
    await until(() => heard.length === 6)
    expect(events()).toEqual([
      'workflow_started',
      'workflow_failed',
      'workflow_resumed',
      'workflow_cancelled',
      'workflow_rolled_back',
      'workflow_resumed',
    ])
    expect(heard[4]!.result).toMatchObject({ rolled_back_to_version: 1, rolled_back_from_step: 'a' })
    const dataOf = (type: string) => heard.find(({ metadata }) => metadata.event_type === type)?.result
    expect(dataOf('workflow_failed')).toMatchObject({ error: { code: 'STEP_FAILED', step: 'a' } })
    expect(dataOf('workflow_resumed')).toMatchObject({ resumed_from_version: 3, resumed_from_step: 'a' })
    expect(dataOf('workflow_cancelled')).toMatchObject({ reason: 'enough' })
    expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length)
    await bus.close()
  })

  it('that the bus did not take are sent again by the sweep, with the same ids', async () => {
    const bus = createMemoryMessageBus()
    const store = await openStore()
    const { heard, events } = await listen(bus)
    let down = true
    const flaky = new Proxy(bus, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (name === 'publishResult' && down) return async () => Promise.reject(new Error('bus is down'))
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const code = workflow('unlucky', (ctx) => ctx.step('a', () => 1))
    const runtime = await start({ workflows: [code], messageBus: flaky, stateStore: store })
    const warnings: string[] = []
    runtime.events.on('runtime.warning', ({ payload }) => warnings.push(payload.code))
    const { runId } = await runtime.executeWorkflow(code, null)
    await until(() => warnings.length === 2)
    expect(warnings).toEqual(['MESSAGE_NOT_SENT', 'MESSAGE_NOT_SENT'])
    await runtime.shutdown()
    expect(heard).toEqual([])

    down = false
    const outbox = new Outbox({ store, bus, emit: () => {}, ports: realPorts })
    expect(await outbox.sweep(0)).toBe(2)
    await until(() => heard.length === 2)
    expect(heard.map(({ id }) => id)).toEqual([`${runId}:1`, `${runId}:3`])
    expect(heard[1]!.result).toMatchObject({ output: 1, completed_steps: 1 })
    expect(events()).toEqual(['workflow_started', 'workflow_completed'])
    await until(async () => (await outbox.sweep(0)) === 0, 'confirming')
    await bus.close()
  })

  it('that are too large for the bus leave without their data, and once', async () => {
    const bus = createMemoryMessageBus({ maxPayloadBytes: 2_000 })
    const store = await openStore()
    const { heard } = await listen(bus)
    const code = workflow('large', async () => 'x'.repeat(5_000))
    const runtime = await start({ workflows: [code], messageBus: bus, stateStore: store })
    await runtime.executeWorkflow(code, null)
    await until(() => heard.length === 2)
    expect(heard[1]).toMatchObject({
      result: { workflow_type: 'large', too_large: true },
      metadata: { event_type: 'workflow_completed' },
    })
    await pause(50)
    expect(await store.unsent({ idleMs: 0 })).toEqual([])
    await bus.close()
  })
})

describe('events', () => {
  it('of this process tell the whole story, in order', async () => {
    const graph = workflow('told')
      .step('a', { run: () => 1, retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 } })
      .step('b', { after: 'a', when: () => false, run: () => 2 })
    const runtime = await start({ workflows: [graph] })
    const told: string[] = []
    runtime.events.on('**', ({ type }) => told.push(type))
    await runtime.executeWorkflow(graph, null)
    expect(told).toEqual([
      'workflow.started',
      'step.started',
      'step.completed',
      'step.skipped',
      'workflow.completed',
    ])
  })

  it('a listener or pipe that throws harms no run', async () => {
    const code = workflow('unharmed', (ctx) =>
      ctx.step('a', (step) => {
        step.log('hello')
        return 1
      }),
    )
    const runtime = await start({ workflows: [code] })
    runtime.events.use(() => {
      throw new Error('bad pipe')
    })
    expect((await runtime.executeWorkflow(code, null)).output).toBe(1)
  })
})
