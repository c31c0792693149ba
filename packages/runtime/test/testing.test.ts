import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { type CrashTestError, crashTest, fakeAgent, testRuntime } from '../src/testing/index.ts'
import { rejection } from './harness.ts'

/** A bank that remembers what it did for which key. */
const bank = () => ({ charges: [] as number[], keys: new Map<string, number>() })
type Bank = ReturnType<typeof bank>

describe('crashTest', () => {
  it('passes a workflow whose steps may be repeated', async () => {
    let world: Bank = bank()
    const pay = workflow('pay', async (ctx, amount: number) => {
      const id = await ctx.step('charge', ({ idempotencyKey }) => {
        const before = world.keys.get(idempotencyKey)
        if (before !== undefined) return before
        world.charges.push(amount)
        world.keys.set(idempotencyKey, world.charges.length)
        return world.charges.length
      })
      await ctx.sleep('let it settle', '2d')
      return ctx.step('tell', () => `charge ${id}`)
    })
    const report = await crashTest(pay, {
      input: 7,
      setup: () => {
        world = bank()
        return world
      },
      observe: ({ charges }) => charges,
    })
    expect(report.commits).toBeGreaterThanOrEqual(3)
    expect(report.histories).toBe(2 * report.commits + 20)
    expect(report.crashes).toBeGreaterThan(2 * report.commits)
    expect(report.unstable).toEqual([])
  })

  it('names the step that is not safe to repeat', async () => {
    let world: Bank = bank()
    const pay = workflow('pay', async (ctx, amount: number) => {
      await ctx.step('look up', () => 'Bea')
      await ctx.step('charge', () => {
        world.charges.push(amount)
      })
      return ctx.step('tell', () => 'done')
    })
    const error = (await rejection(
      crashTest(pay, {
        input: 7,
        seeds: 5,
        setup: () => {
          world = bank()
          return world
        },
        observe: ({ charges }) => charges,
      }),
    )) as unknown as CrashTestError
    expect(error.code).toBe('CRASH_TEST_FAILED')
    expect(error.message).toContain(`Step 'charge' is not safe to repeat`)
    expect(error.message).toContain('before the commit of step_completed charge')
    const [first] = error.failures
    expect(first).toMatchObject({ steps: ['charge'], seed: null })
    expect(first?.differences).toEqual([{ path: 'world/1', expected: undefined, actual: 7 }])
    const drawn = error.failures.find(({ seed }) => seed !== null)
    expect(drawn?.crashes.length).toBeGreaterThan(0)
  })

  it('names it in a graph with branches too', async () => {
    let calls = 0
    const graph = workflow('graph')
      .step('first', { run: () => 1 })
      .step('left', { after: 'first', run: () => 'l' })
      .step('right', { after: 'first', run: () => ++calls })
      .step('last', { after: ['left', 'right'], run: ({ results }) => results.right })
    const error = (await rejection(
      crashTest(graph, {
        input: null,
        seeds: 0,
        setup: () => {
          calls = 0
        },
      }),
    )) as unknown as CrashTestError
    expect(new Set(error.failures.flatMap(({ steps }) => steps))).toContain('right')
    expect(error.failures.every(({ steps }) => steps.includes('right'))).toBe(true)
  })

  it('leaves out what is never the same', async () => {
    const random = workflow('random', async (ctx) => {
      const id = await ctx.step('id', () => crypto.randomUUID())
      return { id, fixed: await ctx.step('fixed', () => 1) }
    })
    const report = await crashTest(random, { input: null, seeds: 3 })
    expect([...report.unstable].sort()).toEqual(['output/id', 'results/id'])
  })

  it('gives signals, and lets failures and retries be what they are', async () => {
    const waits = workflow('waits', async (ctx) => {
      const answer = await ctx.signal('approval', { timeout: '7d' })
      return ctx.step('fails', () => Promise.reject(new Error(`no: ${answer}`)), {
        retry: { retries: 2, minDelayMs: 60_000, maxDelayMs: 60_000 },
      })
    })
    const report = await crashTest(waits, { input: null, seeds: 3, signals: { approval: 'yes' } })
    expect(report.crashes).toBeGreaterThan(5)
  })

  it('says what is missing when nothing comes of it', async () => {
    const waits = workflow('waits', (ctx) => ctx.signal('never'))
    const error = await rejection(crashTest(waits, { input: null, withinMs: 200 }))
    expect(error.code).toBe('TEST_STUCK')
    expect(error.message).toContain('signal')
  })
})

describe('testRuntime', () => {
  it('executes days in no time', async () => {
    const slow = workflow('slow', async (ctx, name: string) => {
      await ctx.sleep('a week', '7d')
      return `hello ${name}`
    })
    await using test = await testRuntime({ workflows: [slow] })
    const began = test.clock.now
    const { output } = await test.execute(slow, 'Bea')
    expect(output).toBe('hello Bea')
    expect(test.clock.now - began).toBeGreaterThanOrEqual(7 * 86_400_000)
  })

  it('lets a test move time by hand', async () => {
    const slow = workflow('slow', async (ctx) => {
      await ctx.sleep('an hour', '1h')
      return 1
    })
    await using test = await testRuntime({ workflows: [slow] })
    const { runId } = await test.clock.until(test.runtime.startWorkflow(slow, null))
    await test.clock.advance('59m')
    expect((await test.store.run(runId))?.status).toBe('waiting')
    await test.clock.advance('2m')
    expect((await test.store.run(runId))?.status).toBe('completed')
  })

  it('waits for steps that wait for something real', async () => {
    const real = workflow('real', (ctx) =>
      ctx.step('pause', () => new Promise<string>((resolve) => setTimeout(() => resolve('done'), 30)), {
        timeout: '1s',
      }),
    )
    await using test = await testRuntime({ workflows: [real] })
    expect((await test.execute(real, null)).output).toBe('done')
  })

  it('takes fake agents that answer, fail and remember', async () => {
    const writer = fakeAgent('writer', (input) => `about ${String(input)}`, {
      failures: [new Error('once')],
      retry: 2,
    })
    const critic = fakeAgent('critic', { verdict: 'fine' })
    const article = workflow('article', { agents: { writer, critic } })
      .step('draft', { agent: 'writer', input: ({ input }) => input })
      .step('review', { after: 'draft', agent: 'critic', input: ({ results }) => results.draft })
    await using test = await testRuntime({ workflows: [article] })
    const { output } = await test.execute(article, 'pawls')
    expect(output).toMatchObject({ draft: 'about pawls', review: { verdict: 'fine' } })
    expect(writer.calls.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(critic.calls).toEqual([
      { input: 'about pawls', attempt: 1, idempotencyKey: expect.stringContaining('review') },
    ])
  })
})
