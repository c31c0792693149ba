import { createMemoryMessageBus, type ResultMessage } from '@pawl/message-bus'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { type AnyAgent, agent, type TaskPriority, workflow } from '../src/index.ts'
import {
  gate,
  journalOf,
  openStore,
  pause,
  rejection,
  start,
  storeFile,
  until,
  wrapStore,
} from './harness.ts'

/** An agent that notes what it is given, in order. */
function noting(id: string, gates: { readonly [input: string]: { readonly opened: Promise<void> } } = {}) {
  const began: string[] = []
  const made = agent(id, {
    run: async (input: string) => {
      began.push(input)
      await gates[input]?.opened
      return `${input}!`
    },
  })
  return Object.assign(made, { began })
}

describe('executeTask', () => {
  it('is one run with one step, committed once', async () => {
    const store = await openStore()
    let commits = 0
    const counting = wrapStore(store, (method, call) => {
      if (method === 'commit') commits += 1
      return call()
    })
    const writer = agent('writer', {
      run: (topic: string, step) => {
        step.useTokens(3)
        return { topic, key: step.idempotencyKey, at: new Date(0) }
      },
    })
    const runtime = await start({ agents: [writer], stateStore: counting })
    const { taskId, status, output, version } = await runtime.executeTask(writer, 'pawls')
    expectTypeOf(output).toEqualTypeOf<{ topic: string; key: string; at: string }>()
    expect({ status, version }).toEqual({ status: 'completed', version: 3 })
    expect(output).toEqual({ topic: 'pawls', key: `${taskId}/run/0`, at: '1970-01-01T00:00:00.000Z' })
    expect(commits).toBe(1)
    expect(await journalOf(runtime, taskId)).toEqual(['started', 'step_completed run', 'completed'])
    expect(await store.run(taskId)).toMatchObject({ type: 'task:writer', status: 'completed' })
    expect((await runtime.getEventHistory(taskId, { agent: 'writer' })).items).toMatchObject([{ tokens: 3 }])
  })

  it('names the agent that is not registered, also if its object is given', async () => {
    const runtime = await start({ agents: [noting('a')] })
    const stranger = noting('stranger')
    const error = await rejection(runtime.executeTask(stranger, 'x'))
    expect(error).toMatchObject({ code: 'UNKNOWN_AGENT' })
    expect(error.message).toContain("'stranger'")
    expect((await rejection(runtime.executeTask('no agent', 1))).code).toBe('INVALID_NAME')
  })

  it('keeps the input as it was handed in, and lets the schema make of it what the agent gets', async () => {
    const double = agent('double', {
      input: z.object({ n: z.string().transform(Number), by: z.number().default(2) }),
      run: ({ n, by }) => n * by,
    })
    const runtime = await start({ agents: [double] })
    const { output, taskId } = await runtime.executeTask('double', { n: '21' })
    expect(output).toBe(42)
    expect((await runtime.getStateHistory(taskId)).items[0]?.payload).toEqual({ n: '21' })
    const error = await rejection(runtime.executeTask('double', { n: 21 }))
    expect([error.code, error.message]).toEqual(['INVALID_INPUT', expect.stringContaining('input.n')])
  })

  it("runs under the agent's rules, and fails with what the agent failed with", async () => {
    let calls = 0
    const flaky = agent('flaky', {
      retry: { retries: 2, minDelayMs: 1, maxDelayMs: 1 },
      run: () => {
        calls += 1
        throw new Error(`no ${calls}`)
      },
    })
    const slow = agent('slow', { timeout: 20, run: () => new Promise(() => {}) })
    const runtime = await start({ agents: [flaky, slow] })
    const failed = await rejection(runtime.executeTask(flaky, null))
    expect([failed.code, calls, failed.failure.step]).toEqual(['WORKFLOW_FAILED', 3, 'run'])
    expect(failed.message).toContain("task of agent 'flaky'")
    expect((await rejection(runtime.executeTask(slow, null))).message).toContain('20 ms')
  })

  it('with one key is one task', async () => {
    const held = gate()
    const writer = noting('writer', { x: held })
    const runtime = await start({ agents: [writer] })
    const both = [1, 2].map(() => runtime.executeTask(writer, 'x', { key: 'k' }))
    await until(() => writer.began.length > 0)
    held.open()
    const [one, two] = await Promise.all(both)
    expect(one).toEqual(two)
    expect(writer.began).toEqual(['x'])
    expect((await runtime.executeTask(writer, 'y', { key: 'k', onKey: 'new-if-finished' })).output).toBe('y!')
    expect(await rejection(runtime.executeTask(writer, 'z', { key: 'k', onKey: 'error' }))).toMatchObject({
      code: 'KEY_IN_USE',
    })
  })

  it('stops waiting when its signal fires; the task goes on', async () => {
    const held = gate()
    const writer = noting('writer', { x: held })
    const runtime = await start({ agents: [writer] })
    const taskId = '0197a000-0000-7000-8000-000000000001'
    const stop = new AbortController()
    const waiting = rejection(runtime.executeTask(writer, 'x', { taskId, signal: stop.signal }))
    await until(() => writer.began.length === 1)
    stop.abort(new Error('enough'))
    expect((await waiting).message).toBe('enough')
    held.open()
    expect((await (await runtime.getTask(taskId)).result()).output).toBe('x!')
  })

  it('is taken up by whoever has the agent when its process dies', async () => {
    const path = storeFile()
    const dying = agent('writer', { run: () => new Promise<string>(() => {}) })
    const taskId = '0197a000-0000-7000-8000-000000000002'
    const first = await start({ agents: [dying], stateStore: { path }, lease: 150 })
    const waiting = rejection(first.executeTask(dying, 'x', { taskId }))
    await until(async () => (await first.healthCheck()).heldRuns === 1)
    await first.shutdown({ grace: 0 })
    expect((await waiting).code).toBe('RUN_INTERRUPTED')
    const writer = noting('writer')
    const second = await start({ agents: [writer], stateStore: { path }, taskConcurrency: 0 })
    expect((await (await second.getTask(taskId)).result()).output).toBe('x!')
  })

  it('can be followed, rolled back, resumed and forked like a run', async () => {
    const writer = noting('writer')
    const runtime = await start({ agents: [writer] })
    const { taskId } = await runtime.executeTask(writer, 'x')
    const told: string[] = []
    for await (const { type, agent: who } of runtime.followWorkflow(taskId)) told.push(`${type} ${who}`)
    expect(told).toEqual(['started null', 'step_completed writer', 'completed null'])
    await runtime.rollbackWorkflow(taskId, { toVersion: 1 })
    expect((await (await runtime.resumeWorkflow(taskId)).result()).output).toBe('x!')
    expect((await (await runtime.forkWorkflow(taskId, { version: 1 })).result()).output).toBe('x!')
    expect(writer.began).toEqual(['x', 'x', 'x'])
  })

  it('has its result on the message bus, under a topic of its own', async () => {
    const bus = createMemoryMessageBus()
    const heard: string[] = []
    const listen = (pattern: string) =>
      bus.subscribeToResults(pattern, (message: ResultMessage, { envelope }) =>
        heard.push(`${pattern} ${message.agentId} ${message.metadata.event_type} ${envelope.id}`),
      )
    await Promise.all(['workflow:*', 'workflow:task:*'].map(listen))
    const writer = noting('writer.of.letters')
    const runtime = await start({ agents: [writer], messageBus: bus })
    const { taskId } = await runtime.executeTask(writer, 'x')
    const result = await bus.getResult(taskId, { waitMs: 1_000 })
    expect(result?.result).toMatchObject({ workflow_type: 'task:writer.of.letters', output: 'x!' })
    await until(() => heard.length === 2)
    const from = 'workflow:task:* workflow:task:writer.of.letters'
    expect(heard).toEqual([`${from} workflow_started ${taskId}:1`, `${from} workflow_completed ${taskId}:3`])
    await runtime.shutdown()
    await bus.close()
  })
})

describe('submitTask', () => {
  it('begins the most urgent first, of one priority the longest ready, over all agents', async () => {
    const held = gate()
    const one = noting('one', { first: held })
    const two = agent('two', { run: (input: string) => void one.began.push(input) })
    const runtime = await start({ agents: [one, two], taskConcurrency: 1 })
    const first = await runtime.submitTask(one, 'first')
    await until(() => one.began.length === 1)
    const order: readonly (readonly [AnyAgent, string, TaskPriority | undefined])[] = [
      [one, 'low', 'low'],
      [two, 'normal 1', undefined],
      [one, 'high 1', 'high'],
      [one, 'normal 2', 'normal'],
      [two, 'critical', 'critical'],
      [two, 'high 2', 'high'],
    ]
    const results: Promise<unknown>[] = [first.result()]
    for (const [who, input, priority] of order) {
      const task = await runtime.submitTask(who, input, priority === undefined ? {} : { priority })
      results.push(task.result())
    }
    held.open()
    await Promise.all(results)
    expect(one.began).toEqual(['first', 'critical', 'high 1', 'high 2', 'normal 1', 'normal 2', 'low'])
  })

  it.each([
    [undefined, 5],
    [2, 2],
  ])('does %s at once: %i', async (taskConcurrency, expected) => {
    let now = 0
    let most = 0
    const busy = agent('busy', {
      run: async () => {
        most = Math.max(most, ++now)
        await pause(5)
        now -= 1
      },
    })
    const runtime = await start({
      agents: [busy],
      ...(taskConcurrency === undefined ? {} : { taskConcurrency }),
    })
    const tasks = await Promise.all(Array.from({ length: 20 }, () => runtime.submitTask(busy, null)))
    await Promise.all(tasks.map((task) => task.result()))
    expect(most).toBe(expected)
  })

  it('leaves workflows their places, and the other way round', async () => {
    const held = gate()
    const stuck = agent('stuck', { run: () => held.opened })
    const waits = workflow('waits', (ctx) => ctx.step('a', () => held.opened))
    const quick = noting('quick')
    const runtime = await start({
      agents: [stuck, quick],
      workflows: [waits],
      concurrency: 1,
      taskConcurrency: 1,
    })
    const full = await runtime.submitTask(stuck, null)
    expect((await runtime.executeTask(quick, 'x')).output).toBe('x!')
    const run = await runtime.startWorkflow(waits, null)
    await runtime.cancelTask(full.taskId)
    await rejection(full.result())
    expect((await (await runtime.submitTask(quick, 'y')).result()).output).toBe('y!')
    held.open()
    await run.result()
  })

  it('survives the end of its process, with its priority', async () => {
    const path = storeFile()
    const idle = await start({ stateStore: { path }, taskConcurrency: 0 })
    const submitted: string[] = []
    for (const priority of ['low', 'normal', 'high'] as const) {
      submitted.push((await idle.submitTask('writer', priority, { priority })).taskId)
    }
    await idle.shutdown({ grace: 0 })
    const writer = noting('writer')
    const runtime = await start({ agents: [writer], stateStore: { path }, taskConcurrency: 1 })
    for (const taskId of submitted) {
      expect((await (await runtime.getTask(taskId)).result()).status).toBe('completed')
    }
    expect(writer.began).toEqual(['high', 'normal', 'low'])
  })

  it('what a dead process was doing is done by another', async () => {
    const store = await openStore()
    let dead = false
    const mortal = wrapStore(store, (_, call) => (dead ? new Promise(() => {}) : call()))
    const dying = agent('writer', { run: () => new Promise<string>(() => {}) })
    const first = await start({ agents: [dying], stateStore: mortal, lease: 400 })
    const { taskId } = await first.submitTask(dying, 'x', { priority: 'high' })
    await until(async () => (await first.queueStatus()).running === 1)
    dead = true
    const second = await start({ agents: [noting('writer')], stateStore: store, sweep: 50 })
    expect((await (await second.getTask(taskId)).result()).output).toBe('x!')
    expect((await second.getStateHistory(taskId, { kinds: ['resumed'] })).items).toHaveLength(1)
    dead = false
  })

  it('with one key or one id is one task', async () => {
    const writer = noting('writer')
    const runtime = await start({ agents: [writer], taskConcurrency: 0 })
    const first = await runtime.submitTask(writer, 'x', { key: 'k' })
    const again = await runtime.submitTask(writer, 'y', { key: 'k', priority: 'high' })
    expect([first.created, again.created, again.taskId]).toEqual([true, false, first.taskId])
    expect(await rejection(runtime.submitTask(writer, 'z', { key: 'k', onKey: 'error' }))).toMatchObject({
      code: 'KEY_IN_USE',
    })
    const taskId = '0197a000-0000-7000-8000-000000000003'
    expect((await runtime.submitTask(writer, 'x', { taskId })).taskId).toBe(taskId)
    expect((await runtime.submitTask(writer, 'x', { taskId })).taskId).toBe(taskId)
    expect((await runtime.queueStatus()).queued).toBe(2)
  })

  it('of an agent that nobody has stays queued until somebody registers it', async () => {
    const store = await openStore()
    const here = await start({ stateStore: store })
    const there = await start({ stateStore: store, sweep: '1h' })
    const task = await here.submitTask('latecomer', 'x')
    await pause(50)
    expect((await here.queueStatus()).byAgent).toMatchObject({ latecomer: { queued: 1, running: 0 } })
    await there.registerAgent(noting('latecomer'))
    expect((await task.result()).output).toBe('x!')
  })

  it('checks the input where the agent is known, and else before the agent is called', async () => {
    const store = await openStore()
    let calls = 0
    const strict = agent('strict', { input: z.string(), run: () => ++calls })
    const stranger = await start({ stateStore: store, taskConcurrency: 0 })
    expect((await rejection(stranger.submitTask(strict, 7 as never))).code).toBe('INVALID_INPUT')
    const task = await stranger.submitTask('strict', 7)
    const knows = await start({ stateStore: store, agents: [strict] })
    expect((await rejection(knows.submitTask('strict', 7))).code).toBe('INVALID_INPUT')
    const failed = await rejection(task.result())
    expect([failed.code, failed.failure.message]).toEqual([
      'WORKFLOW_FAILED',
      expect.stringContaining('strict'),
    ])
    expect(calls).toBe(0)
  })

  it('waits for its delay', async () => {
    const writer = noting('writer')
    const runtime = await start({ agents: [writer], sweep: 20 })
    const late = await runtime.submitTask(writer, 'late', { delay: 150, priority: 'critical' })
    const soon = await runtime.submitTask(writer, 'soon')
    expect(await runtime.queueStatus()).toMatchObject({ delayed: 1 })
    await soon.result()
    await late.result()
    expect(writer.began).toEqual(['soon', 'late'])
  })

  it('begins when its delay is over, not when the next sweep comes', async () => {
    const writer = noting('writer')
    const runtime = await start({ agents: [writer], sweep: '1h' })
    const late = await runtime.submitTask(writer, 'late', { delay: 100 })
    await pause(50)
    expect(writer.began).toEqual([])
    await late.result()
    expect(writer.began).toEqual(['late'])
  })

  it.each([
    [{ priority: 'urgent' }, 'INVALID_INPUT'],
    [{ delay: 'soon' }, 'INVALID_DEFINITION'],
    [{ taskId: 'seven' }, 'INVALID_ARGUMENT'],
    [{ onKey: 'ask', key: 'k' }, 'INVALID_ARGUMENT'],
  ])('refuses %j', async (options, code) => {
    const runtime = await start({ agents: [noting('writer')] })
    expect((await rejection(runtime.submitTask('writer', 'x', options as never))).code).toBe(code)
    expect((await rejection(runtime.submitTask('task:writer', 'x'))).code).toBe('INVALID_NAME')
    expect((await rejection(runtime.submitTask('writer', () => {}))).code).toBe('NOT_JSON')
    expect((await runtime.queueStatus()).queued).toBe(0)
  })

  it('costs no calls of the store while nothing is to be done, but those of the sweep', async () => {
    const calls: unknown[] = []
    const batches: number[] = []
    let turn: NodeJS.Immediate | undefined
    const store = wrapStore(await openStore(), (method, call) => {
      calls.push(method)
      if (turn === undefined) batches.push(0)
      turn ??= setImmediate(() => {
        turn = undefined
      })
      batches.push((batches.pop() ?? 0) + 1)
      return call()
    })
    await start({ stateStore: store, agents: [noting('a'), noting('b')], sweep: 50 })
    calls.length = 0
    batches.length = 0
    await pause(330)
    expect(new Set(calls)).toEqual(new Set(['claim']))
    expect(calls.length).toBeLessThanOrEqual(14)
    // Both workers ask in one turn, so it is one batch of the store.
    expect(new Set(batches)).toEqual(new Set([2]))
  })

  it('many who wait for a long queue do not flood the store', async () => {
    const calls: unknown[] = []
    const store = wrapStore(await openStore(), (method, call) => {
      calls.push(method)
      return call()
    })
    const runtime = await start({ stateStore: store })
    const tasks = await Promise.all(Array.from({ length: 1_000 }, (_, n) => runtime.submitTask('nobody', n)))
    const stop = new AbortController()
    const waits = tasks.map((task) => task.result({ signal: stop.signal }).catch(() => {}))
    await until(() => calls.filter((method) => method === 'run').length === tasks.length)
    calls.length = 0
    await pause(1_500)
    expect(calls.length).toBeLessThan(500)
    stop.abort()
    await Promise.all(waits)
  })

  it('a process without agents and workflows asks for nothing', async () => {
    const calls: unknown[] = []
    const store = wrapStore(await openStore(), (method, call) => {
      calls.push(method)
      return call()
    })
    await start({ stateStore: store, sweep: 20, lease: 60 })
    await pause(150)
    expect(calls).toEqual([])
  })
})

describe('cancelTask', () => {
  it('reaches the agent at work in another runtime on the same file', async () => {
    const path = storeFile()
    const fired = gate()
    const stubborn = agent('stubborn', {
      run: (_: null, { signal }) => {
        signal.addEventListener('abort', () => fired.open())
        return new Promise(() => {})
      },
    })
    const holder = await start({ agents: [stubborn], stateStore: { path }, lease: 600 })
    const other = await start({ stateStore: { path }, taskConcurrency: 0 })
    const { taskId } = await other.submitTask('stubborn', null)
    await until(async () => (await other.queueStatus()).running === 1)
    expect(await other.cancelTask(taskId, { reason: 'enough' })).toEqual({ status: 'cancelling' })
    await fired.opened
    const error = await rejection((await holder.getTask(taskId)).result())
    expect(error).toMatchObject({ code: 'WORKFLOW_CANCELLED', reason: 'enough' })
    expect(await other.cancelTask(taskId)).toEqual({ status: 'cancelled' })
  })

  it.each([0, 60_000])(
    'ends one that is queued (delay %i) at once, from anywhere, without the agent',
    async (delay) => {
      const path = storeFile()
      const held = gate()
      const writer = noting('writer', { first: held })
      const busy = await start({ agents: [writer], stateStore: { path }, taskConcurrency: 1 })
      await busy.submitTask(writer, 'first')
      await until(() => writer.began.length === 1)
      const { taskId, result } = await busy.submitTask(writer, 'second', { delay })
      const other = await start({ stateStore: { path }, taskConcurrency: 0, concurrency: 0 })
      await other.cancelTask(taskId)
      expect((await rejection(result())).code).toBe('WORKFLOW_CANCELLED')
      expect(await journalOf(other, taskId)).toEqual(['started', 'cancelled'])
      held.open()
      await until(async () => (await busy.queueStatus()).running === 0)
      expect(writer.began).toEqual(['first'])
    },
  )

  it('ends one that was rolled back, and not one that was resumed after the same request', async () => {
    const held = gate()
    const writer = noting('writer', { x: held })
    const runtime = await start({ agents: [writer], taskConcurrency: 1 })
    const { taskId, result } = await runtime.submitTask(writer, 'x')
    await until(() => writer.began.length === 1)
    await runtime.cancelTask(taskId, { id: 'c' })
    await rejection(result())
    await runtime.rollbackWorkflow(taskId, { toVersion: 1 })
    await runtime.cancelTask(taskId)
    await rejection(result())
    held.open()
    await runtime.resumeWorkflow(taskId)
    await runtime.cancelTask(taskId, { id: 'c' })
    expect((await result()).output).toBe('x!')
  })

  it('knows tasks alone', async () => {
    const code = workflow('code', (ctx) => ctx.step('a', () => 1))
    const runtime = await start({ workflows: [code] })
    const { runId } = await runtime.executeWorkflow(code, null)
    for (const id of [runId, '0197a000-0000-7000-8000-000000000009']) {
      expect((await rejection(runtime.cancelTask(id))).code).toBe('RUN_NOT_FOUND')
      expect((await rejection(runtime.getTask(id))).code).toBe('RUN_NOT_FOUND')
    }
  })
})

describe('queueStatus', () => {
  it('counts the whole store by agent and priority, without what is over or was executed', async () => {
    const store = await openStore()
    const none = { queued: 0, delayed: 0, running: 0, waiting: 0 }
    const idle = await start({ stateStore: store, taskConcurrency: 0 })
    expect(await idle.queueStatus()).toEqual({
      concurrency: 0,
      ...none,
      oldestQueuedMs: null,
      byAgent: {},
      byPriority: { critical: none, high: none, normal: none, low: none },
    })
    const held = gate()
    const writer = noting('writer', { held, now: held })
    const busy = await start({ stateStore: store, agents: [writer], taskConcurrency: 1 })
    await (await busy.submitTask(writer, 'over')).result()
    await busy.submitTask(writer, 'held', { priority: 'critical' })
    const executed = busy.executeTask(writer, 'now')
    await until(() => writer.began.length === 3)
    await idle.submitTask('writer', 'a', { priority: 'high' })
    await pause(20)
    await idle.submitTask('reader', 'b')
    await idle.submitTask('reader', 'c', { priority: 'low', delay: '1h' })
    const status = await busy.queueStatus()
    expect(status).toMatchObject({ concurrency: 1, ...none, queued: 2, delayed: 1, running: 1 })
    expect(status.oldestQueuedMs).toBeGreaterThanOrEqual(20)
    expect(status.oldestQueuedMs).toBeLessThan(5_000)
    expect(status.byAgent).toEqual({
      writer: { ...none, queued: 1, running: 1 },
      reader: { ...none, queued: 1, delayed: 1 },
    })
    expect(status.byPriority).toEqual({
      critical: { ...none, running: 1 },
      high: { ...none, queued: 1 },
      normal: { ...none, queued: 1 },
      low: { ...none, delayed: 1 },
    })
    held.open()
    await executed
  })
})
