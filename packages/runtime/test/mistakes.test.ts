import { policy } from '@pawl/resilience'
import { describe, expect, it } from 'vitest'
import { type AgentOptions, type AgentStep, agent, workflow } from '../src/index.ts'
import { gate, openStore, rejection, start, until } from './harness.ts'

describe('mistakes of a first program', () => {
  it('a step that nobody awaits is told of when the workflow returns', async () => {
    const hold = gate()
    const careless = workflow('careless', async (ctx) => {
      void ctx.step('forgotten', () => hold.opened)
      await ctx.step('awaited', () => 1)
      return 'done'
    })
    const runtime = await start({ workflows: [careless] })
    const warned: string[] = []
    runtime.events.on('runtime.warning', ({ payload }) => warned.push(`${payload.code}: ${payload.message}`))
    await runtime.executeWorkflow(careless, null)
    expect(warned).toEqual([
      expect.stringMatching(/^STEP_NOT_AWAITED: .*'careless' returned while 1 of its steps/),
    ])
    hold.open()
  })

  it('also when the workflow returns at once, and not of what it only waited for', async () => {
    const hasty = workflow('hasty', async (ctx) => {
      void ctx.step('forgotten', () => 1)
      void ctx.all([(branch) => branch.step('too', () => 2)])
      return 'done'
    })
    const racing = workflow('racing', async (ctx) => {
      void ctx.sleep('long', '1h')
      void ctx.signal('never')
      return ctx.step('awaited', () => 1)
    })
    const runtime = await start({ workflows: [hasty, racing] })
    const warned: string[] = []
    runtime.events.on('runtime.warning', ({ payload }) => warned.push(`${payload.code}: ${payload.message}`))
    expect((await runtime.executeWorkflow(racing, null)).output).toBe(1)
    expect(warned).toEqual([])
    expect((await runtime.executeWorkflow(hasty, null)).output).toBe('done')
    expect(warned).toEqual([
      expect.stringMatching(/^STEP_NOT_AWAITED: .*'hasty' returned while 2 of its steps were under way/),
    ])
  })

  it('tokens that are no count are told of, left out, and never fail a step', async () => {
    const counts: unknown[] = [Number.NaN, { total: 3 }, -1, '5', undefined, Number.POSITIVE_INFINITY, 1.5, 2]
    const counting = workflow('counting', (ctx) =>
      ctx.step('paid', (step) => {
        for (const count of counts) step.useTokens(count as number)
        return 'answer'
      }),
    )
    const runtime = await start({ workflows: [counting] })
    const warned: string[] = []
    runtime.events.on('runtime.warning', ({ payload }) => warned.push(`${payload.code}: ${payload.message}`))
    const { runId, output } = await runtime.executeWorkflow(counting, null)
    expect(output).toBe('answer')
    const { items } = await runtime.getEventHistory(runId, { step: 'paid' })
    expect(items).toMatchObject([{ kind: 'step_completed', tokens: 3.5 }])
    expect(warned).toHaveLength(6)
    expect(warned[0]).toMatch(/^INVALID_TOKENS: .*step 'paid' of workflow 'counting' .* with NaN,/)
    expect(warned[1]).toContain('a value of type object')
  })

  it('following a run ends with RUN_INTERRUPTED when the runtime is shut down', async () => {
    const waits = workflow('waits', async (ctx) => ctx.signal('never'))
    const store = await openStore()
    const runtime = await start({ workflows: [waits], stateStore: store })
    const { runId } = await runtime.startWorkflow(waits, null)
    let told = 0
    const follow = async () => {
      for await (const _progress of runtime.followWorkflow(runId)) told += 1
    }
    const following = rejection(follow())
    await until(() => told > 0)
    await runtime.shutdown({ grace: 0 })
    await store.close()
    expect(await following).toMatchObject({ code: 'RUN_INTERRUPTED' })
  })

  it('the code of what a step failed with is kept down to its cause', async () => {
    const lossy = workflow('lossy', async (ctx) => ctx.step('map', () => new Map()))
    const runtime = await start({ workflows: [lossy] })
    const error = (await rejection(runtime.executeWorkflow(lossy, null))) as unknown as Error
    expect(error).toMatchObject({ code: 'WORKFLOW_FAILED', failure: { code: 'STEP_FAILED', step: 'map' } })
    expect(error.cause).toMatchObject({ code: 'STEP_FAILED', step: 'map', cause: { code: 'NOT_JSON' } })
    expect(error.message).not.toContain('..')
  })

  it('a step fails with its own last error, however often it was tried', async () => {
    for (const retries of [0, 2]) {
      const flaky = workflow('flaky', (ctx) =>
        ctx.step(
          'pay',
          ({ attempt }) => {
            throw Object.assign(new TypeError(`declined ${attempt}`), { code: 'E_CARD' })
          },
          { retry: { retries, minDelayMs: 1, maxDelayMs: 1 } },
        ),
      )
      const runtime = await start({ workflows: [flaky] })
      const { runId, result } = await runtime.startWorkflow(flaky, null)
      const { failure } = await rejection(result())
      const own = { name: 'TypeError', message: `declined ${retries + 1}`, code: 'E_CARD' }
      expect(failure).toMatchObject({ code: 'STEP_FAILED', step: 'pay', cause: own })
      const { items } = await runtime.getEventHistory(runId, { step: 'pay' })
      expect(items).toMatchObject([{ kind: 'step_failed', attempts: retries + 1, data: own }])
    }
  })

  it('what a step says of retries of its own is kept', async () => {
    const retried = workflow('retried', (ctx) =>
      ctx.step(
        'call',
        () =>
          policy({ retry: { retries: 1, minDelayMs: 1 } }).execute(() => Promise.reject(new Error('down'))),
        { retry: { retries: 1, minDelayMs: 1 } },
      ),
    )
    const runtime = await start({ workflows: [retried] })
    const { failure } = await rejection(runtime.executeWorkflow(retried, null))
    expect(failure).toMatchObject({
      cause: { code: 'POLICY_RETRIES_EXHAUSTED', message: expect.stringMatching(/: down$/) },
    })
  })

  it('an agent without a function and a step without work are refused by name', async () => {
    expect(() => agent('lazy', {} as AgentOptions<null, null>)).toThrow(/Agent 'lazy' needs a 'run' function/)
    const empty = workflow('empty', async (ctx) => ctx.step('nothing', undefined as unknown as AgentStep))
    const runtime = await start({ workflows: [empty] })
    const error = await rejection(runtime.executeWorkflow(empty, null))
    expect(error.message).toMatch(/ctx\.step\('nothing'\) needs a function, or { agent, input }/)
  })
})
