import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { fakeAgent, testRuntime } from '../src/testing/index.ts'

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

  it('takes fake agents that fail so many times, and says what failures may be', async () => {
    const writer = fakeAgent('writer', 'done', { failures: 2, retry: 2 })
    await using test = await testRuntime({ agents: [writer] })
    const { taskId, output } = await test.executeTask(writer, 'pawls')
    expect(output).toBe('done')
    const { items } = await test.runtime.getEventHistory(taskId, { step: 'run' })
    expect(items[0]?.errors.map(({ message }) => message)).toEqual(['failure 1', 'failure 2'])
    for (const failures of [-1, 1.5, 'twice', {}]) {
      const make = () => fakeAgent('bad', null, { failures: failures as number })
      expect(make).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION' }))
      expect(make).toThrow(/fakeAgent\('bad'\) takes 'failures' as a list of errors/)
    }
  })

  it('executes tasks, and lets delayed ones come', async () => {
    const writer = fakeAgent('writer', (input) => `about ${String(input)}`, {
      failures: [new Error('once')],
      retry: 1,
    })
    await using test = await testRuntime({ agents: [writer] })
    const { runtime, clock } = test
    expect((await test.executeTask(writer, 'pawls')).output).toBe('about pawls')
    const task = await clock.until(runtime.submitTask('writer', 'ratchets', { delay: '1d' }))
    await clock.advance('23h')
    expect((await runtime.queueStatus()).delayed).toBe(1)
    await clock.advance('1h')
    expect((await clock.until(task.result())).output).toBe('about ratchets')
    expect(writer.calls).toHaveLength(3)
  })
})
