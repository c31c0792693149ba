import { describe, expect, it } from 'vitest'
import { agent, workflow } from '../src/index.ts'
import { journalOf, pause, rejection, start } from './harness.ts'

describe('a code workflow', () => {
  it('gets recorded values on first execution too', async () => {
    const code = workflow('dates', async (ctx) => {
      const made = await ctx.step('make', () => ({ at: new Date(0), no: undefined, keep: [1] }))
      const none = await ctx.step('nothing', () => {})
      return { type: typeof made.at, made, none }
    })
    const runtime = await start({ workflows: [code] })
    const { output } = await runtime.executeWorkflow(code, undefined)
    expect(output).toEqual({
      type: 'string',
      made: { at: '1970-01-01T00:00:00.000Z', keep: [1] },
      none: null,
    })
  })

  it('calls agents, registered or passed, with checked inputs', async () => {
    const doubler = agent('doubler', { run: (n: number) => n * 2 })
    const code = workflow('agents', async (ctx, n: number) => {
      const once = await ctx.step('once', { agent: doubler, input: n })
      return ctx.step('twice', { agent: 'late', input: once })
    })
    const runtime = await start({ workflows: [code] })
    await runtime.registerAgent(agent('late', { run: (n: number) => n + 1 }))
    expect((await runtime.executeWorkflow(code, 4)).output).toBe(9)
    await runtime.registerAgent(agent('late', { run: (n: number) => n - 1 }))
    expect((await runtime.executeWorkflow(code, 4)).output).toBe(7)
  })

  it('tells of an attempt that another follows, and not of the last one', async () => {
    const retry = { retries: 2, minDelayMs: 1, maxDelayMs: 1 }
    const code = workflow('fails', async (ctx) => {
      await ctx.step('at once', () => Promise.reject(new Error('no'))).catch(() => {})
      await ctx.step('in the end', () => Promise.reject(new Error('no')), { retry }).catch(() => {})
    })
    const runtime = await start({ workflows: [code] })
    const told: unknown[] = []
    runtime.events.on('step.retried', ({ payload: { step, attempt } }) => told.push([step, attempt]))
    await runtime.executeWorkflow(code, null)
    expect(told).toEqual([
      ['in the end', 1],
      ['in the end', 2],
    ])
  })

  it('names repetitions, keys and branches', async () => {
    const code = workflow('names', async (ctx) => {
      for (const _round of [1, 2]) await ctx.step('poll', () => 0)
      await ctx.step('pay', () => 0, { key: 'order/1' })
      await ctx.all([(branch) => branch.step('a', () => 1), (branch) => branch.step('a', () => 2)])
      await ctx.all({ left: (branch) => branch.step('a', () => 1) })
      await ctx.map(['x'], (branch) => branch.step('a', () => 1), { key: (item) => item })
    })
    const runtime = await start({ workflows: [code] })
    const { runId } = await runtime.executeWorkflow(code, null)
    const journal = await journalOf(runtime, runId)
    expect(journal.slice(1, -1).map((line) => line.replace('step_completed ', ''))).toEqual([
      'poll',
      'poll#2',
      'pay:order%2F1',
      'all:0/a',
      'all:1/a',
      'all#2:left/a',
      'map:x/a',
    ])
  })

  it('maps in the order of the items, at most as many at once as asked', async () => {
    let running = 0
    let most = 0
    const code = workflow('maps', (ctx) =>
      ctx.map(
        [5, 1, 3],
        (branch, ms) =>
          branch.step('wait', async () => {
            running += 1
            most = Math.max(most, running)
            await pause(ms)
            running -= 1
            return ms
          }),
        { concurrency: 2 },
      ),
    )
    const runtime = await start({ workflows: [code] })
    expect((await runtime.executeWorkflow(code, null)).output).toEqual([5, 1, 3])
    expect(most).toBe(2)
  })

  it('can catch a failed step and go on', async () => {
    const code = workflow('catches', async (ctx) => {
      try {
        await ctx.step('risky', () => {
          throw Object.assign(new Error('declined'), { code: 'E_CARD' })
        })
      } catch (error) {
        const { code: mine, cause } = error as { code: string; cause: { code: string; message: string } }
        return ctx.step('plan b', () => [mine, cause.code, cause.message])
      }
      return null
    })
    const runtime = await start({ workflows: [code] })
    expect((await runtime.executeWorkflow(code, null)).output).toEqual(['STEP_FAILED', 'E_CARD', 'declined'])
  })

  it('shares state, which histories and stores can fold', async () => {
    const code = workflow('shares', async (ctx) => {
      await ctx.share({ a: 1 })
      await ctx.share({ b: 2, a: 3 })
    })
    const runtime = await start({ workflows: [code] })
    const { runId } = await runtime.executeWorkflow(code, null)
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'shared_set share',
      'shared_set share#2',
      'completed',
    ])
  })

  it('refuses one name in two branches at once, and says what to do', async () => {
    const code = workflow('ambiguous', (ctx) =>
      Promise.all([ctx.step('same', () => pause(5)), ctx.step('same', () => 2)]),
    )
    const keyed = workflow('keyed', (ctx) =>
      Promise.all([1, 2].map((n) => ctx.step('same', () => n, { key: String(n) }))),
    )
    const runtime = await start({ workflows: [code, keyed] })
    const { failure } = await rejection(runtime.executeWorkflow(code, null))
    expect(failure).toMatchObject({ code: 'AMBIGUOUS_STEP' })
    expect(failure.message).toMatch(/'same'.*'key'/)
    expect((await runtime.executeWorkflow(keyed, null)).output).toEqual([1, 2])
  })

  it('refuses two items of one key', async () => {
    const code = workflow('same-keys', (ctx) => ctx.map([1, 2], async () => 0, { key: () => 'k' }))
    const runtime = await start({ workflows: [code] })
    const { failure } = await rejection(runtime.executeWorkflow(code, null))
    expect(failure).toMatchObject({ code: 'AMBIGUOUS_STEP' })
    expect(failure.message).toContain("key 'k'")
  })

  it('lets no rejection of an abandoned branch reach the process', async () => {
    const seen: unknown[] = []
    const listen = (reason: unknown) => seen.push(reason)
    process.on('unhandledRejection', listen)
    const boom = () => {
      throw new Error('abandoned')
    }
    const code = workflow('abandons', async (ctx) => {
      void ctx.step('a', boom)
      void ctx.all([(branch) => branch.step('b', boom)])
      void ctx.map([1], (branch) => branch.step('c', boom))
      void ctx.share({ n: 1n })
      void ctx.sleep('a/b', 1)
      void ctx.signal('a/b')
      void ctx.signal('never', { timeout: 1 })
      await Promise.race([ctx.step('d', () => pause(1)), ctx.step('e', () => pause(5).then(boom))])
      await ctx.step('f', () => pause(20))
      return 'done'
    })
    const runtime = await start({ workflows: [code] })
    expect((await runtime.executeWorkflow(code, null)).output).toBe('done')
    await pause(20)
    process.off('unhandledRejection', listen)
    expect(seen).toEqual([])
  })

  it('tells what steps and code log', async () => {
    const said: unknown[] = []
    const code = workflow('logs', async (ctx) => {
      ctx.log('from code', { n: 1 })
      await ctx.step('a', (step) => step.log('from step'))
    })
    const runtime = await start({ workflows: [code] })
    runtime.events.on('run.log', ({ payload: { step, message, details } }) =>
      said.push([step, message, details]),
    )
    await runtime.executeWorkflow(code, null)
    expect(said).toEqual([
      [null, 'from code', { n: 1 }],
      ['a', 'from step', undefined],
    ])
  })
})
