import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { gate, journalOf, openStore, pause, rejection, start, until } from './harness.ts'

describe('resumeWorkflow', () => {
  it('keeps finished steps of a graph and runs failed ones, siblings in flight included', async () => {
    const calls: string[] = []
    let ill = true
    const failing = gate()
    const step = (name: string, work: () => unknown) => () => {
      calls.push(name)
      return work()
    }
    const graph = workflow('heals')
      .step('bad', {
        run: step('bad', async () => {
          await (ill ? failing.opened : null)
          if (ill) throw new Error('ill')
          return 'healed'
        }),
      })
      .step('good', {
        run: step('good', async () => {
          failing.open()
          await pause(10)
          return 'good'
        }),
      })
      .step('last', { after: ['bad', 'good'], run: step('last', () => 'last') })
    const runtime = await start({ workflows: [graph] })
    const { runId, result } = await runtime.startWorkflow(graph, null)
    await rejection(result())
    ill = false
    const resumed = await runtime.resumeWorkflow(runId, { reason: 'fixed' })
    expect((await resumed.result()).output).toEqual({ bad: 'healed', good: 'good', last: 'last' })
    expect(calls).toEqual(['bad', 'good', 'bad', 'last'])
    const { items } = await runtime.getStateHistory(runId, { kinds: ['resumed'] })
    expect(items).toMatchObject([{ meta: { reason: 'fixed' } }])
  })

  it.each(['thrown on', 'wrapped'] as const)('tries a failed step of code again, %s', async (how) => {
    const calls: string[] = []
    let ill = true
    const code = workflow('heals-code', async (ctx) => {
      const a = await ctx.step('a', () => calls.push('a'))
      try {
        return await ctx.step('b', () => {
          calls.push('b')
          if (ill) throw new Error('ill')
          return a
        })
      } catch (error) {
        throw how === 'wrapped' ? new Error('could not finish', { cause: error }) : error
      }
    })
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    await rejection(result())
    const again = await runtime.resumeWorkflow(runId)
    expect((await rejection(again.result())).code).toBe('WORKFLOW_FAILED')
    ill = false
    expect((await (await runtime.resumeWorkflow(runId)).result()).output).toBe(1)
    expect(calls).toEqual(['a', 'b', 'b', 'b'])
  })

  it('keeps a failure that the code had caught', async () => {
    let calls = 0
    let ill = true
    const code = workflow('caught', async (ctx) => {
      await ctx
        .step('optional', () => {
          calls += 1
          throw new Error('no')
        })
        .catch(() => {})
      return ctx.step('needed', () => {
        if (ill) throw new Error('ill')
        return 'ok'
      })
    })
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    await rejection(result())
    ill = false
    expect((await (await runtime.resumeWorkflow(runId)).result()).output).toBe('ok')
    expect(calls).toBe(1)
  })

  it('refuses a run that goes on by itself, that completed, and that is not there', async () => {
    const code = workflow('busy', (ctx) => ctx.step('a', () => new Promise(() => {})))
    const done = workflow('done', async () => 1)
    const runtime = await start({ workflows: [code, done] })
    const { runId } = await runtime.startWorkflow(code, null)
    const finished = await runtime.executeWorkflow(done, null)
    const refused = [runId, runId, finished.runId, crypto.randomUUID(), 'x'.repeat(1_000_000), '__proto__']
    const errors = await Promise.all(refused.map((id) => rejection(runtime.resumeWorkflow(id))))
    expect(errors.map(({ code }) => code)).toEqual([
      'RUN_NOT_RESUMABLE',
      'RUN_NOT_RESUMABLE',
      'RUN_NOT_RESUMABLE',
      'RUN_NOT_FOUND',
      'RUN_NOT_FOUND',
      'RUN_NOT_FOUND',
    ])
    for (const { message } of errors) expect(message.length).toBeLessThan(300)
  })
})

describe('rollback through the store', () => {
  it('runs again everything that came after, with new idempotency keys', async () => {
    const store = await openStore()
    const keys: string[] = []
    const graph = workflow('rewinds')
      .step('a', { run: (_view, step) => void keys.push(step.idempotencyKey) })
      .step('b', { after: 'a', run: (_view, step) => void keys.push(step.idempotencyKey) })
      .step('c', { after: 'a', run: (_view, step) => void keys.push(step.idempotencyKey) })
    const runtime = await start({ workflows: [graph], stateStore: store })
    const { runId } = await runtime.executeWorkflow(graph, null)
    expect(keys).toEqual([`${runId}/a/0`, `${runId}/b/0`, `${runId}/c/0`])
    await store.rollback({ runId, version: 2 })
    await (await runtime.resumeWorkflow(runId)).result()
    expect(keys.slice(3)).toEqual([`${runId}/b/1`, `${runId}/c/1`])
    expect((await rejection(store.rollback({ runId, version: 99 }))).code).toBe('VERSION_NOT_FOUND')
  })

  it('stops a run that is under way; a signal consumed after the version counts as unread', async () => {
    const store = await openStore()
    const reached = gate()
    let stuck = true
    let aborted = false
    const code = workflow('stopped', async (ctx) => {
      const said = await ctx.signal('say')
      await ctx.step('b', (step) => {
        step.signal.addEventListener('abort', () => {
          aborted = true
        })
        reached.open()
        return stuck ? new Promise(() => {}) : null
      })
      return said
    })
    const runtime = await start({ workflows: [code], stateStore: store, lease: 90 })
    const { runId } = await runtime.startWorkflow(code, null)
    await runtime.signalWorkflow(runId, 'say', 'hello')
    await reached.opened
    await store.rollback({ runId, version: 1 })
    await until(() => aborted, 'aborting the step')
    stuck = false
    expect((await (await runtime.resumeWorkflow(runId)).result()).output).toBe('hello')
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'signal_received say',
      'rolled_back',
      'resumed',
      'signal_received say',
      'step_completed b',
      'completed',
    ])
  })

  it('behind a cancellation does not cancel the run again', async () => {
    const store = await openStore()
    let stuck = true
    const reached = gate()
    const code = workflow('uncancelled', (ctx) =>
      ctx.step('a', () => {
        reached.open()
        return stuck ? new Promise(() => {}) : 'ok'
      }),
    )
    const runtime = await start({ workflows: [code], stateStore: store })
    const { runId, result } = await runtime.startWorkflow(code, null)
    const ended = rejection(result())
    await reached.opened
    await runtime.cancelWorkflow(runId)
    await ended
    stuck = false
    await store.rollback({ runId, version: 1 })
    expect((await (await runtime.resumeWorkflow(runId)).result()).output).toBe('ok')
  })
})

describe('a fork through the store', () => {
  it('runs to the end with new idempotency keys', async () => {
    const store = await openStore()
    const keys: string[] = []
    const code = workflow('forks', async (ctx) => {
      const a = await ctx.step('a', (step) => keys.push(step.idempotencyKey))
      return a + (await ctx.step('b', (step) => keys.push(step.idempotencyKey)))
    })
    const runtime = await start({ workflows: [code], stateStore: store, sweep: 20 })
    const { runId } = await runtime.executeWorkflow(code, null)
    const fork = await store.fork({ runId, version: 2 })
    const { output } = await (await runtime.getWorkflow(fork.runId)).result()
    expect(output).toBe(4)
    expect(keys.at(-1)).toMatch(new RegExp(`^${fork.runId}/b/`))
    expect(keys).toHaveLength(3)
  })
})
