import { describe, expect, it } from 'vitest'
import { type AnyWorkflow, type WorkflowContext, workflow } from '../src/index.ts'
import { gate, openStore, pause, rejection, start, until } from './harness.ts'

type Body = (ctx: WorkflowContext) => Promise<unknown>

const forever = () => new Promise<never>(() => {})

/**
 * Runs `before` until `reached` says so, shuts the runtime down, and starts another one with `after` on the same
 * store: what a deployment of changed code does.
 */
async function redeploy(before: (reached: () => void) => Body, after: Body) {
  const store = await openStore()
  const reached = gate()
  const first: AnyWorkflow = workflow('deployed', before(reached.open))
  const one = await start({ workflows: [first], stateStore: store })
  const { runId } = await one.startWorkflow(first, null)
  await reached.opened
  await one.shutdown({ grace: 0 })
  const two = await start({ workflows: [workflow('deployed', after)], stateStore: store })
  const result = async () => (await (await two.getWorkflow(runId)).result()).output
  /** Puts other code in the place of the code that failed, and resumes. */
  const correct = async (body: Body) => {
    await two.shutdown()
    const three = await start({ workflows: [workflow('deployed', body)], stateStore: store })
    return (await (await three.resumeWorkflow(runId)).result()).output
  }
  return { runId, store, result, correct }
}

const hang = (ctx: WorkflowContext, reached: () => void) =>
  ctx.step('hang', () => {
    reached()
    return forever()
  })

describe('replay', () => {
  it('gives each branch its own results again, in the order of the journal', async () => {
    const order: string[] = []
    const body =
      (live: boolean, reached = () => {}): Body =>
      async (ctx) => {
        const delays = [30, 10, 20]
        const results = await ctx.map(delays, async (branch, ms) => {
          const said = await branch.step('ask', () => pause(live ? ms : 0).then(() => `after ${ms}`))
          if (!live) order.push(said)
          return branch.step('again', () => `${said}!`)
        })
        const last = await (live ? hang(ctx, reached) : ctx.step('hang', () => 'end'))
        return [...results, last]
      }
    const { result } = await redeploy((reached) => body(true, reached), body(false))
    expect(await result()).toEqual(['after 30!', 'after 10!', 'after 20!', 'end'])
    expect(order).toEqual(['after 10', 'after 20', 'after 30'])
  })

  it('lets the winner of a race win again', async () => {
    const body =
      (live: boolean, reached = () => {}): Body =>
      async (ctx) => {
        const slow = ctx.step('slow', () => pause(live ? 20 : 0).then(() => 'slow'))
        const fast = ctx.step('fast', () => pause(live ? 1 : 20).then(() => 'fast'))
        const winner = await Promise.race([slow, fast])
        await slow
        await (live ? hang(ctx, reached) : ctx.step('hang', () => null))
        return winner
      }
    const { result } = await redeploy((reached) => body(true, reached), body(false))
    expect(await result()).toBe('fast')
  })

  it('finds repetitions by their number', async () => {
    const calls: string[] = []
    const body =
      (end: (ctx: WorkflowContext) => Promise<unknown>): Body =>
      async (ctx) => {
        const seen: number[] = []
        for (const n of [1, 2, 3]) seen.push(await ctx.step('poll', () => calls.push(`poll ${n}`)))
        await end(ctx)
        return seen
      }
    const { result } = await redeploy(
      (reached) => body((ctx) => hang(ctx, reached)),
      body((ctx) => ctx.step('hang', () => null)),
    )
    expect(await result()).toEqual([1, 2, 3])
    expect(calls).toHaveLength(3)
  })

  it('stops code that declares another input, shows both sides, and lets the right code resume', async () => {
    const body =
      (amount: number, end: (ctx: WorkflowContext) => Promise<unknown>): Body =>
      async (ctx) => {
        await ctx.step('charge', () => 'paid', { input: { amount } }).catch(() => 'swallowed')
        return end(ctx)
      }
    const { result, correct } = await redeploy(
      (reached) => body(10, (ctx) => hang(ctx, reached)),
      body(20, (ctx) => ctx.step('hang', () => 'wrong')),
    )
    const { failure } = await rejection(result())
    expect(failure).toMatchObject({ code: 'NON_DETERMINISM', name: 'NonDeterminismError' })
    expect(failure.message).toContain(`'charge'`)
    expect(failure.message).toContain('{"amount":10}')
    expect(failure.message).toContain('{"amount":20}')
    expect(failure.message).toContain('new version')
    expect(await correct(body(10, (ctx) => ctx.step('hang', () => 'right')))).toBe('right')
  })

  it('stops code that declares an input where there was none', async () => {
    const { result } = await redeploy(
      (reached) => async (ctx) => {
        await ctx.step('a', () => 1)
        await hang(ctx, reached)
      },
      async (ctx) => ctx.step('a', () => 1, { input: 5 }),
    )
    expect((await rejection(result())).failure.message).toMatch(/input \(none\).*input 5/)
  })

  it('stops code that renamed a step, shows both sides, and lets the right code resume', async () => {
    const calls: string[] = []
    const { result, correct } = await redeploy(
      (reached) => async (ctx) => {
        await ctx.step('old name', () => calls.push('old'))
        await hang(ctx, reached)
      },
      async (ctx) => ctx.step('new name', () => calls.push('new')),
    )
    const { failure } = await rejection(result())
    expect(failure).toMatchObject({ code: 'NON_DETERMINISM' })
    expect(failure.message).toContain(`step 'old name' at version 2`)
    expect(failure.message).toContain(`step 'new name'`)
    expect(calls).toEqual(['old'])
    expect(
      await correct(async (ctx) => {
        await ctx.step('old name', () => calls.push('again'))
        return 'right'
      }),
    ).toBe('right')
    expect(calls).toEqual(['old'])
  })

  it('stops code whose step has another key', async () => {
    const { result } = await redeploy(
      (reached) => async (ctx) => {
        await ctx.step('pay', () => 1, { key: 'order 1' })
        await hang(ctx, reached)
      },
      async (ctx) => ctx.step('pay', () => 1, { key: 'order 2' }),
    )
    const { failure } = await rejection(result())
    expect(failure.message).toMatch(/step 'pay:order 1' at version 2.*step 'pay:order 2'/)
  })

  it('stops code that ended without a step that was recorded', async () => {
    const { result } = await redeploy(
      (reached) => async (ctx) => {
        await ctx.step('a', () => 1)
        await hang(ctx, reached)
      },
      async () => 'early',
    )
    expect((await rejection(result())).failure.message).toMatch(
      /step 'a' at version 2; the code ended instead/,
    )
  })

  it('takes slow code between steps for what it is', async () => {
    const body =
      (end: (ctx: WorkflowContext) => Promise<unknown>): Body =>
      async (ctx) => {
        await ctx.step('a', () => 1)
        await pause(50)
        await ctx.step('b', () => 2)
        return end(ctx)
      }
    const { result } = await redeploy(
      (reached) => body((ctx) => hang(ctx, reached)),
      body((ctx) => ctx.step('hang', () => 'ok')),
    )
    expect(await result()).toBe('ok')
  })

  it('does not take a run of another version of its workflow', async () => {
    const store = await openStore()
    const first = workflow('versions', { version: '1' }, (ctx) => ctx.signal('go'))
    const second = workflow('versions', { version: '2' }, async () => 'two')
    const one = await start({ workflows: [first], stateStore: store })
    const { runId } = await one.startWorkflow(first, null)
    await one.shutdown()
    const two = await start({ workflows: [second], stateStore: store, sweep: 20 })
    await two.signalWorkflow(runId, 'go', 'one')
    await pause(100)
    expect(await store.run(runId)).toMatchObject({ status: 'queued', worker: null })
    const both = await start({ workflows: [first, second], stateStore: store, sweep: 20 })
    await until(async () => (await store.run(runId))?.status === 'completed')
    expect((await both.executeWorkflow<typeof second>('versions', null)).output).toBe('two')
  })
})
