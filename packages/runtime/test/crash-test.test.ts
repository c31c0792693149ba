import { describe, expect, it } from 'vitest'
import { agent, workflow } from '../src/index.ts'
import { type CrashTestError, crashTest, fakeAgent } from '../src/testing/index.ts'
import { rejection } from './harness.ts'

/** A bank that remembers what it did for which key. */
const newBank = () => ({ charges: [] as number[], keys: new Map<string, number>() })
type Bank = ReturnType<typeof newBank>

const charge = ({ charges }: Bank, amount: number): number => charges.push(amount)

/** The same key again is the same charge. */
function chargeOnce(bank: Bank, amount: number, key: string): number {
  const id = bank.keys.get(key) ?? charge(bank, amount)
  bank.keys.set(key, id)
  return id
}

const world = { setup: newBank, observe: ({ charges }: Bank) => charges }

const failing = async (test: Promise<unknown>) => (await rejection(test)) as unknown as CrashTestError

describe('crashTest', () => {
  it('passes a workflow whose steps may be repeated, and says what it tried', async () => {
    const pay = (bank: Bank) =>
      workflow('pay', async (ctx, amount: number) => {
        const id = await ctx.step('charge', ({ idempotencyKey }) => chargeOnce(bank, amount, idempotencyKey))
        await ctx.sleep('let it settle', '2d')
        return ctx.step('tell', () => `charge ${id}`)
      })
    const report = await crashTest(pay, { input: 7, ...world })
    expect(report.commits).toBeGreaterThanOrEqual(3)
    expect(report.histories).toBe(2 * report.commits + 20)
    expect(report.crashes).toBeGreaterThan(2 * report.commits)
    expect(Object.keys(report.repeated).sort()).toEqual(['charge', 'tell'])
    expect(report.unstable).toEqual([])
  })

  it('names the step that is not safe to repeat', async () => {
    const pay = (bank: Bank) =>
      workflow('pay', async (ctx, amount: number) => {
        await ctx.step('look up', () => 'Bea')
        await ctx.step('charge', () => charge(bank, amount))
        return ctx.step('tell', () => 'done')
      })
    const error = await failing(crashTest(pay, { input: 7, seeds: 5, ...world }))
    expect(error.code).toBe('CRASH_TEST_FAILED')
    const [head, line, advice] = error.message.split('\n')
    expect(head).toMatch(/^Workflow 'pay' comes to something else in \d+ of \d+ histories\.$/)
    expect(line).toBe(
      "- Step 'charge' is not safe to repeat: after a crash before the commit of step_completed charge, " +
        'results/charge is 2 instead of 1.',
    )
    expect(advice).toContain('idempotencyKey')
    expect(error.unsafe).toEqual(['charge'])
    const [first] = error.failures
    expect(first).toMatchObject({ cause: 'step', unsafe: ['charge'], steps: ['charge'], seed: null })
    expect(first?.differences).toContainEqual({ path: 'world/1', expected: undefined, actual: 7 })
    const drawn = error.failures.find(({ seed }) => seed !== null)
    const replayed = await failing(crashTest(pay, { input: 7, seeds: [drawn?.seed ?? 0], ...world }))
    expect(replayed.failures.find(({ seed }) => seed !== null)?.crashes).toEqual(drawn?.crashes)
  })

  it('tells it from the steps that ran beside it in a graph, and names its agent', async () => {
    const graph = (bank: Bank) => {
      const cashier = agent('cashier', { run: (amount: number) => charge(bank, amount) })
      return workflow('graph', { agents: { cashier } })
        .step('first', { run: () => 1 })
        .step('left', { after: 'first', run: () => 'l' })
        .step('pay', { after: 'first', agent: 'cashier', input: () => 7 })
        .step('right', { after: 'first', run: () => 'r' })
        .step('last', { after: ['left', 'pay', 'right'], run: ({ results }) => results.pay })
    }
    const error = await failing(crashTest(graph, { input: null, seeds: 10, ...world }))
    expect(error.unsafe).toEqual(['pay'])
    expect(error.failures.some(({ steps }) => steps.length > 1)).toBe(true)
    expect(error.message).toContain("Step 'pay' (agent 'cashier') is not safe to repeat")
  })

  it('names it in a branch of code, by its full name, and each of two', async () => {
    const code = (bank: Bank) =>
      workflow('branches', async (ctx) => {
        await ctx.map([1, 2, 3], (branch, item) =>
          branch.step('charge', (step) =>
            item === 2 ? charge(bank, item) : chargeOnce(bank, item, step.idempotencyKey),
          ),
        )
        await ctx.step('tip', () => charge(bank, 9))
      })
    const observe = ({ charges }: Bank) => charges.toSorted()
    const error = await failing(crashTest(code, { input: null, setup: newBank, observe }))
    expect([...error.unsafe].sort()).toEqual(['map:1/charge', 'tip'])
    expect(error.message.match(/is not safe to repeat/g)).toHaveLength(2)
  })

  it('kills after a failed attempt too', async () => {
    const attempts = (bank: Bank) =>
      workflow('attempts', (ctx) =>
        ctx.step(
          'charge',
          ({ attempt }) => {
            if (attempt === 1) charge(bank, 7)
            if (attempt < 3) throw new Error('The bank hung up.')
            return 'done'
          },
          { retry: { retries: 3, minDelayMs: 60_000, maxDelayMs: 60_000 } },
        ),
      )
    const error = await failing(crashTest(attempts, { input: null, seeds: 0, ...world }))
    expect(error.unsafe).toEqual(['charge'])
    const crashes = error.failures.flatMap((failure) => failure.crashes)
    expect(crashes).toContainEqual({ side: 'failed-attempt', nth: 1, entries: ['charge'] })
    expect(crashes).toContainEqual({ side: 'failed-attempt', nth: 2, entries: ['charge'] })
  })

  it('lets the memory of a process die with it', async () => {
    const counts = (bank: Bank) => {
      let calls = 0
      return workflow('counts', async (ctx) => {
        await ctx.step('charge', ({ idempotencyKey }) => chargeOnce(bank, 7, idempotencyKey))
        return ctx.step('count', () => ++calls)
      })
    }
    const report = await crashTest(counts, { input: null, seeds: 5, ...world })
    expect(report.repeated.count).toBeGreaterThan(0)
    let calls = 0
    const kept = workflow('kept', (ctx) => ctx.step('count', () => ++calls))
    const setup = () => {
      calls = 0
    }
    expect((await failing(crashTest(kept, { input: null, setup }))).unsafe).toEqual(['count'])
  })

  it('tells code that is not the same on replay from a step', async () => {
    const fickle = () => {
      let lives = 0
      return () =>
        workflow('fickle', async (ctx) => {
          const name = lives++ === 0 ? 'a' : 'b'
          await ctx.step(name, () => 1)
          await ctx.step('then', () => 2)
          return ctx.step('last', () => 3)
        })
    }
    let define = fickle()
    const setup = () => {
      define = fickle()
    }
    const error = await failing(crashTest(() => define(), { input: null, seeds: 0, setup }))
    expect(error.failures.some(({ cause }) => cause === 'code')).toBe(true)
    expect(error.message).toContain('The code between steps is not the same when it runs again')
    expect(error.message).toContain('put clocks, random numbers and calls into steps')
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
    expect(report.failedAttempts).toBe(2)
  })

  it('gives signals of one name in order, and later ones when their time has come', async () => {
    const seen = new Set<string>()
    const mail = workflow('mail', async (ctx) => {
      const letters = [await ctx.signal('letter'), await ctx.signal('letter')]
      const late = await ctx.signal('late', { timeout: '1d' }).catch(() => 'too late')
      seen.add([...letters, late].join())
    })
    const letters = [1, 2].map((payload) => ({ name: 'letter', payload }))
    for (const after of ['12h', '36h'] as const) {
      const signals = [...letters, { name: 'late', payload: 'in time', after }]
      await crashTest(mail, { input: null, seeds: 5, signals })
    }
    expect([...seen]).toEqual(['1,2,in time', '1,2,too late'])
  })

  it('makes agents anew for each process', async () => {
    const review = workflow('review', async (ctx, topic: string) => {
      await ctx.step('draft', { agent: 'writer', input: topic })
      return ctx.step('verdict', { agent: 'critic', input: 'draft' })
    })
    const agents = () => [
      fakeAgent('writer', 'text', { failures: [new Error('once')], retry: 2 }),
      fakeAgent('critic', 'fine'),
    ]
    const report = await crashTest(review, { input: 'pawls', agents, seeds: 5 })
    expect(report.failedAttempts).toBe(1)
    expect(report.repeated.verdict).toBeGreaterThan(0)
  })

  it('says what is missing when nothing comes of it', async () => {
    const waits = workflow('waits', (ctx) => ctx.signal('never'))
    const started = performance.now()
    const error = await rejection(crashTest(waits, { input: null, signals: { other: 1 } }))
    expect(error.code).toBe('TEST_STUCK')
    expect(error.message).toContain("waits for signal 'never', and nobody gives it")
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
