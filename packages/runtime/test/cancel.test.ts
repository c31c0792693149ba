import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { gate, journalOf, openStore, pause, rejection, start, until } from './harness.ts'

describe('cancelWorkflow', () => {
  it.each(['graph', 'code'] as const)(
    'aborts the step under way of a %s, and no catch runs',
    async (kind) => {
      const reached = gate()
      let signal: AbortSignal | undefined
      let caught = false
      const work = (given: { readonly signal: AbortSignal }) => {
        // Functions of steps hand on copies of what they get.
        const step = { ...given }
        signal = step.signal
        reached.open()
        return new Promise((_resolve, reject) =>
          step.signal.addEventListener('abort', () => reject(step.signal.reason)),
        )
      }
      const made =
        kind === 'graph'
          ? workflow('cancelled').step('a', { run: (_view, step) => work(step), retry: 5 })
          : workflow('cancelled', (ctx) =>
              ctx.step('a', work).catch(() => {
                caught = true
              }),
            )
      const runtime = await start({ workflows: [made] })
      const { runId, result } = await runtime.startWorkflow(made, null)
      const ended = rejection(result())
      await reached.opened
      expect(await runtime.cancelWorkflow(runId, { reason: 'enough' })).toEqual({ status: 'cancelling' })
      expect(await ended).toMatchObject({ code: 'WORKFLOW_CANCELLED', reason: 'enough', runId })
      expect(signal?.aborted).toBe(true)
      await pause(10)
      expect(caught).toBe(false)
      expect(await journalOf(runtime, runId)).toEqual(['started', 'cancelled'])
      // A second time it is over.
      expect(await runtime.cancelWorkflow(runId)).toEqual({ status: 'cancelled' })
      expect((await rejection(result())).code).toBe('WORKFLOW_CANCELLED')
    },
  )

  it('twice at once is once', async () => {
    const code = workflow('twice', (ctx) => ctx.step('a', () => new Promise(() => {})))
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    const ended = rejection(result())
    await Promise.all([runtime.cancelWorkflow(runId), runtime.cancelWorkflow(runId)])
    await ended
    expect(await journalOf(runtime, runId)).toEqual(['started', 'cancelled'])
  })

  it('ends a run that waits', async () => {
    const code = workflow('waits', (ctx) => ctx.signal('never'))
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    await until(async () => (await runtime.healthCheck()).heldRuns === 0, 'giving back')
    await runtime.cancelWorkflow(runId)
    expect((await rejection(result())).code).toBe('WORKFLOW_CANCELLED')
  })

  it('ends a run that is queued, before any of its steps', async () => {
    const store = await openStore()
    let calls = 0
    const code = workflow('queued', (ctx) => ctx.step('a', () => ++calls))
    const idle = await start({ workflows: [code], stateStore: store, concurrency: 0 })
    const { runId } = await idle.startWorkflow(code, null)
    await idle.cancelWorkflow(runId)
    const runtime = await start({ workflows: [code], stateStore: store })
    expect((await rejection((await runtime.getWorkflow(runId)).result())).code).toBe('WORKFLOW_CANCELLED')
    expect(calls).toBe(0)
  })

  it('of a run of another runtime on the same store reaches it', async () => {
    const store = await openStore()
    const code = workflow('elsewhere', (ctx) => ctx.step('a', () => new Promise(() => {})))
    const holder = await start({ workflows: [code], stateStore: store, lease: 150 })
    const other = await start({ workflows: [code], stateStore: store })
    const { runId, result } = await holder.startWorkflow(code, null)
    const ended = rejection(result())
    await other.cancelWorkflow(runId)
    expect((await ended).code).toBe('WORKFLOW_CANCELLED')
  })

  it('takes any text as a reason', async () => {
    const code = workflow('reasons', (ctx) => ctx.signal('never'))
    const runtime = await start({ workflows: [code] })
    for (const reason of ['', '\u0000', 'x'.repeat(1_000_000)]) {
      const { runId, result } = await runtime.startWorkflow(code, null)
      await runtime.cancelWorkflow(runId, { reason })
      expect((await rejection(result())).message.length).toBeLessThan(1_000)
    }
  })

  it('is undone by resumeWorkflow: finished steps are kept', async () => {
    const calls: string[] = []
    let stop = true
    const reached = gate()
    const code = workflow('undone', async (ctx) => {
      await ctx.step('a', () => void calls.push('a'))
      await ctx.step('b', () => {
        calls.push('b')
        reached.open()
        return stop ? new Promise(() => {}) : null
      })
      return 'end'
    })
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    const ended = rejection(result())
    await reached.opened
    await runtime.cancelWorkflow(runId)
    await ended
    stop = false
    const resumed = await runtime.resumeWorkflow(runId, { reason: 'on second thought' })
    expect((await resumed.result()).output).toBe('end')
    expect(calls).toEqual(['a', 'b', 'b'])
  })
})
