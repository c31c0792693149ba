import { expect, it } from 'vitest'
import { agent, workflow } from '../src/index.ts'
import { openStore, rejection, start } from './harness.ts'

it('tells how workflows and agents did, whichever process did the work', async () => {
  const store = await openStore()
  const flaky = agent('flaky', {
    retry: { retries: 1, minDelayMs: 1 },
    run: async (mode: string, step) => {
      step.useTokens(10)
      if (mode === 'fail' || (mode === 'once more' && step.attempt === 1)) throw new Error('no')
      return mode
    },
  })
  const ask = workflow('ask', async (ctx, mode: string) => {
    await ctx.step('think', () => 1)
    return ctx.step('ask', { agent: flaky, input: mode })
  })
  const wait = workflow('wait', (ctx) => ctx.signal('never'))
  const one = await start({ workflows: [ask, wait], agents: [flaky], stateStore: store })
  await one.executeWorkflow(ask, 'well')
  await one.executeWorkflow(ask, 'once more')
  await rejection(one.executeWorkflow(ask, 'fail'))
  const { runId } = await one.startWorkflow(wait, null)
  await expect.poll(async () => (await store.run(runId))?.status).toBe('running')

  const other = await start({ stateStore: store, concurrency: 0 })
  const { workflows, agents, since, until } = await other.getMetrics()
  expect(until - since).toBe(86_400_000)
  expect(workflows.map(({ workflow }) => workflow)).toEqual(['ask', 'wait'])
  expect(workflows[0]).toMatchObject({
    count: 3,
    completed: 2,
    failed: 1,
    cancelled: 0,
    successRate: 2 / 3,
    now: { queued: 0, running: 0, waiting: 0 },
    steps: { count: 6, failed: 1, attempts: 8, retries: 2 },
  })
  expect(workflows[0]?.durationMs.p99).toBeGreaterThanOrEqual(workflows[0]?.durationMs.p50 ?? 1e9)
  expect(workflows[1]).toMatchObject({ count: 0, successRate: null, now: { running: 1 } })
  expect(agents).toMatchObject([
    { agent: 'flaky', count: 3, completed: 2, failed: 1, attempts: 5, retries: 2, tokens: 50 },
  ])
  expect((await other.getMetrics({ agent: 'flaky', workflow: 'wait' })).agents).toEqual([])
  expect((await other.getMetrics({ workflow: 'wait' })).workflows).toHaveLength(1)
  expect((await other.getMetrics({ until: since })).agents).toEqual([])
  expect((await rejection(other.getMetrics({ since: Number.NaN }))).code).toBe('INVALID_ARGUMENT')
})
