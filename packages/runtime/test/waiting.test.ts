import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { journalOf, openStore, pause, rejection, start, storeFile, until } from './harness.ts'

describe('a sleep', () => {
  it('gives the run back, and survives a restart; its time starts when it is first reached', async () => {
    const path = storeFile()
    const calls: string[] = []
    const code = workflow('sleeps', async (ctx) => {
      await ctx.step('before', () => void calls.push('before'))
      await ctx.sleep('a while', '2500ms')
      await ctx.step('after', () => void calls.push('after'))
      return 'rested'
    })
    const one = await start({ workflows: [code], stateStore: { path } })
    const waiting: unknown[] = []
    one.events.on('workflow.waiting', ({ payload }) => waiting.push(payload))
    const began = Date.now()
    const { runId } = await one.startWorkflow(code, null)
    await until(() => waiting.length > 0, 'waiting')
    expect(waiting).toEqual([{ runId, workflow: 'sleeps', signals: [], wakeInMs: expect.any(Number) }])
    expect(await one.healthCheck()).toMatchObject({ heldRuns: 0 })
    await one.shutdown()

    const two = await start({ workflows: [code], stateStore: { path }, sweep: 50 })
    const { output } = await (await two.getWorkflow(runId)).result()
    expect(output).toBe('rested')
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_500)
    expect(Date.now() - began).toBeLessThan(4_500)
    expect(calls).toEqual(['before', 'after'])
    expect(await journalOf(two, runId)).toEqual([
      'started',
      'step_completed before',
      'timer_set a while',
      'timer_fired a while',
      'step_completed after',
      'completed',
    ])
  })

  it('that is short stays in memory', async () => {
    const code = workflow('naps', async (ctx) => {
      await ctx.sleep('nap', 20)
      await ctx.sleep('nap', '0s')
    })
    const runtime = await start({ workflows: [code] })
    let waited = false
    runtime.events.on('workflow.waiting', () => {
      waited = true
    })
    await runtime.executeWorkflow(code, null)
    expect(waited).toBe(false)
  })
})

describe('a signal', () => {
  const approve = workflow('approves', async (ctx) => {
    const first = await ctx.signal<{ by: string }>('approval')
    const second = await ctx.signal<{ by: string }>('approval')
    return [first.by, second.by]
  })

  it('reaches a run that waits for it, each once and in order', async () => {
    const runtime = await start({ workflows: [approve] })
    const { runId, result } = await runtime.startWorkflow(approve, null)
    await pause(10)
    await runtime.signalWorkflow(runId, 'approval', { by: 'ann' }, { id: 's1' })
    await runtime.signalWorkflow(runId, 'approval', { by: 'ann' }, { id: 's1' })
    await runtime.signalWorkflow(runId, 'approval', { by: 'bob' })
    expect((await result()).output).toEqual(['ann', 'bob'])
  })

  it('that was sent before it is asked for is kept', async () => {
    const code = workflow('asks-late', async (ctx) => {
      await ctx.step('slow', () => pause(50))
      return ctx.signal('early')
    })
    const runtime = await start({ workflows: [code] })
    const { runId, result } = await runtime.startWorkflow(code, null)
    await runtime.signalWorkflow(runId, 'other')
    await runtime.signalWorkflow(runId, 'early', 'bird')
    expect((await result()).output).toBe('bird')
  })

  it('wakes a run that was given back, in another runtime and after a restart', async () => {
    const path = storeFile()
    const one = await start({ workflows: [approve], stateStore: { path } })
    const { runId } = await one.startWorkflow(approve, null)
    await until(async () => (await one.healthCheck()).heldRuns === 0, 'giving back')
    const store = await openStore({ path })
    expect(await store.run(runId)).toMatchObject({ status: 'waiting', worker: null, readyAt: null })
    await one.shutdown()
    await store.send({ runId, kind: 'signal', name: 'approval', payload: { by: 'ann' } })

    const two = await start({ workflows: [approve], stateStore: { path } })
    await until(async () => (await journalOf(two, runId)).includes('signal_received approval'))
    await two.signalWorkflow(runId, 'approval', { by: 'bob' })
    expect((await (await two.getWorkflow(runId)).result()).output).toEqual(['ann', 'bob'])
  })

  it('that does not come in time is an error that replays alike', async () => {
    const path = storeFile()
    const code = workflow('times-out', async (ctx) => {
      const said = await ctx.signal('never', { timeout: 20 }).catch((error: { code: string }) => error.code)
      await ctx.sleep('long', '1500ms')
      return said
    })
    const one = await start({ workflows: [code], stateStore: { path } })
    const { runId } = await one.startWorkflow(code, null)
    await until(async () => (await journalOf(one, runId)).includes('timer_set long'))
    await one.shutdown()
    const two = await start({ workflows: [code], stateStore: { path }, sweep: 50 })
    expect((await (await two.getWorkflow(runId)).result()).output).toBe('SIGNAL_TIMEOUT')
    expect(await journalOf(two, runId)).toContain('signal_timed_out never')
  })

  it('and a sleep of a similar name do not collide', async () => {
    const code = workflow('similar', async (ctx) => {
      await ctx.sleep('signal x', 1)
      return ctx.signal('x', { timeout: 1 }).catch((error: { code: string }) => error.code)
    })
    const runtime = await start({ workflows: [code] })
    expect((await runtime.executeWorkflow(code, null)).output).toBe('SIGNAL_TIMEOUT')
  })

  it('to a finished run is refused', async () => {
    const code = workflow('over', async () => 1)
    const runtime = await start({ workflows: [code] })
    const { runId } = await runtime.executeWorkflow(code, null)
    const error = await rejection(runtime.signalWorkflow(runId, 'late'))
    expect(error.code).toBe('RUN_FINISHED')
    expect(error.message).toContain(runId)
  })
})
