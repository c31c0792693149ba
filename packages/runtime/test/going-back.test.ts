import { expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { gate, journalOf, openStore, rejection, start, until } from './harness.ts'

/** Counts the calls of each step, and keeps their idempotency keys. */
function counting() {
  const calls: string[] = []
  const keys: string[] = []
  const line = workflow('line', async (ctx, input: { to: string }) => {
    for (const name of ['a', 'b', 'c']) {
      await ctx.step(name, (step) => {
        calls.push(name)
        keys.push(step.idempotencyKey)
        return `${name} for ${input.to}, call ${calls.length}`
      })
    }
    return calls.length
  })
  return { calls, keys, line }
}

it('a rollback makes an earlier state count; a resume does the steps after it again', async () => {
  const { calls, keys, line } = counting()
  const runtime = await start({ workflows: [line] })
  const { runId } = await runtime.executeWorkflow(line, { to: 'Bea' })
  const back = await runtime.rollbackWorkflow(runId, { toVersion: 2, reason: 'b was wrong' })
  expect(back).toEqual({ runId, version: 6, epoch: 1 })
  expect(calls).toEqual(['a', 'b', 'c'])
  const handle = await runtime.resumeWorkflow(runId)
  expect((await handle.result()).output).toBe(5)
  expect(calls).toEqual(['a', 'b', 'c', 'b', 'c'])
  expect(new Set(keys).size).toBe(5)
  expect(await journalOf(runtime, runId)).toEqual([
    'started',
    'step_completed a',
    'step_completed b',
    'step_completed c',
    'completed',
    'rolled_back',
    'resumed',
    'step_completed b',
    'step_completed c',
    'completed',
  ])
})

it('a rollback stops the step under way, here and in another process', async () => {
  const entered = gate()
  let aborted = 0
  const hangs = workflow('hangs', async (ctx) => {
    await ctx.step('first', () => 1)
    await ctx.step('hangs', (step) => {
      entered.open()
      return new Promise((_, reject) => {
        step.signal.addEventListener('abort', () => {
          aborted += 1
          reject(step.signal.reason)
        })
      })
    })
  })
  const store = await openStore()
  const one = await start({ workflows: [hangs], stateStore: store, lease: 200 })
  const two = await start({ workflows: [hangs], stateStore: store, concurrency: 0 })
  const { runId } = await one.startWorkflow(hangs, null)
  await entered.opened
  await two.rollbackWorkflow(runId, { toVersion: 1 })
  await until(() => aborted === 1, 'the abort')
  expect(await journalOf(two, runId)).toEqual(['started', 'step_completed first', 'rolled_back'])
})

it('a rollback tells of itself, here and on the bus', async () => {
  const { line } = counting()
  const runtime = await start({ workflows: [line] })
  const heard: unknown[] = []
  runtime.events.on('workflow.rolled_back', ({ payload }) => heard.push(payload))
  const { runId } = await runtime.executeWorkflow(line, { to: 'Bea' })
  await runtime.rollbackWorkflow(runId, { toVersion: 3 })
  expect(heard).toEqual([{ runId, workflow: 'line', toVersion: 3, fromStep: 'c' }])
})

it('a version that is not there is refused', async () => {
  const { line } = counting()
  const runtime = await start({ workflows: [line] })
  const { runId } = await runtime.executeWorkflow(line, { to: 'Bea' })
  expect((await rejection(runtime.rollbackWorkflow(runId, { toVersion: 9 }))).code).toBe('VERSION_NOT_FOUND')
  expect((await rejection(runtime.forkWorkflow(runId, { version: 9 }))).code).toBe('VERSION_NOT_FOUND')
  const nobody = crypto.randomUUID()
  expect((await rejection(runtime.rollbackWorkflow(nobody, { toVersion: 1 }))).code).toBe('RUN_NOT_FOUND')
})

it('a fork goes on by itself from a version, and leaves the old run as it is', async () => {
  const { calls, keys, line } = counting()
  const runtime = await start({ workflows: [line] })
  const { runId } = await runtime.executeWorkflow(line, { to: 'Bea' })
  const before = await journalOf(runtime, runId)
  const fork = await runtime.forkWorkflow(runId, { version: 2, key: 'second try' })
  expect(fork.created).toBe(true)
  expect((await fork.result()).output).toBe(5)
  expect(calls).toEqual(['a', 'b', 'c', 'b', 'c'])
  expect(new Set(keys).size).toBe(5)
  expect(await journalOf(runtime, runId)).toEqual(before)
  const again = await runtime.forkWorkflow(runId, { version: 2, newRunId: fork.runId })
  expect(again).toMatchObject({ runId: fork.runId })
})

it('states are compared between versions, forks and runs', async () => {
  const { line } = counting()
  const runtime = await start({ workflows: [line] })
  const { runId } = await runtime.executeWorkflow(line, { to: 'Bea' })
  expect(await runtime.diffState({ runId, version: 2 }, { runId, version: 3 })).toEqual([
    { op: 'add', path: '/results/b', value: 'b for Bea, call 2' },
    { op: 'replace', path: '/current', value: 'b' },
  ])
  const fork = await runtime.forkWorkflow(runId, { version: 3 })
  await fork.result()
  const forked = await runtime.diffState({ runId }, { runId: fork.runId })
  expect(forked).toContainEqual({ op: 'replace', path: '/results/c', value: 'c for Bea, call 4' })
  const other = await runtime.executeWorkflow(line, { to: 'Ann' })
  const runs = await runtime.diffState({ runId }, { runId: other.runId })
  expect(runs).toContainEqual({ op: 'replace', path: '/input/to', value: 'Ann' })
})

it('the timeline says when things began, what failed before, and what a rollback took away', async () => {
  let failures = 2
  const flaky = workflow('flaky', async (ctx) => {
    await ctx.step('sure', () => 1)
    const rest = { retry: { retries: 3, minDelayMs: 1, maxDelayMs: 2 } }
    return ctx.step(
      'shaky',
      async (step) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        step.useTokens(7)
        if (failures-- > 0) throw new Error('not yet')
        return 'done'
      },
      rest,
    )
  })
  const runtime = await start({ workflows: [flaky] })
  const { runId } = await runtime.executeWorkflow(flaky, null)
  await runtime.rollbackWorkflow(runId, { toVersion: 2, reason: 'it was wrong' })
  const { items } = await runtime.getEventHistory(runId)
  expect(items.map(({ kind, step, rolledBack }) => [kind, step, rolledBack])).toEqual([
    ['started', null, false],
    ['step_completed', 'sure', false],
    ['step_completed', 'shaky', true],
    ['completed', null, true],
    ['rolled_back', null, false],
  ])
  expect(items.at(-1)?.data).toEqual({ toVersion: 2, fromStep: 'shaky', reason: 'it was wrong' })
  const shaky = items[2]!
  expect(shaky).toMatchObject({ attempts: 3, data: 'done', agent: null })
  expect(shaky.errors.map(({ message }) => message)).toEqual(['not yet', 'not yet'])
  expect(shaky.durationMs).toBeGreaterThanOrEqual(20)
  expect(shaky.startedAt).toBe(shaky.at - shaky.durationMs)
  expect((await runtime.getEventHistory(runId, { step: 'shaky' })).items).toEqual([shaky])
  const page = await runtime.getEventHistory(runId, { limit: 2 })
  const rest = await runtime.getEventHistory(runId, { cursor: page.next! })
  expect([...page.items, ...rest.items]).toEqual(items)
})

it('a request to cancel counts once for its id, also after the run was resumed', async () => {
  const waits = workflow('waits', (ctx) => ctx.signal('go'))
  const runtime = await start({ workflows: [waits] })
  const { runId, result } = await runtime.startWorkflow(waits, null)
  const ended = rejection(result())
  await runtime.cancelWorkflow(runId, { id: 'once' })
  expect((await ended).code).toBe('WORKFLOW_CANCELLED')
  const handle = await runtime.resumeWorkflow(runId)
  await runtime.cancelWorkflow(runId, { id: 'once' })
  await runtime.signalWorkflow(runId, 'go', 'went')
  expect((await handle.result()).output).toBe('went')
})
