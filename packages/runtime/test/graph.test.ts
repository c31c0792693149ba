import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, type StepContext, workflow } from '../src/index.ts'
import { gate, journalOf, pause, rejection, start } from './harness.ts'

describe('a graph', () => {
  it('passes input and results to agents, and returns the results of all steps', async () => {
    const researcher = agent('researcher', {
      input: z.object({ topic: z.string().toUpperCase() }),
      run: ({ topic }) => ({ found: topic, at: new Date(0) }),
    })
    const graph = workflow('content', { input: z.object({ topic: z.string() }), agents: { researcher } })
      .step('research', { agent: 'researcher', input: ({ input }) => ({ topic: input.topic }) })
      .step('draft', { after: 'research', run: ({ results }) => `on ${results.research.found}` })
    const runtime = await start({ workflows: [graph] })
    const { output, status, version, runId } = await runtime.executeWorkflow(graph, { topic: 'x' })
    expect({ status, version }).toEqual({ status: 'completed', version: 4 })
    expect(output).toEqual({
      research: { found: 'X', at: '1970-01-01T00:00:00.000Z' },
      draft: 'on X',
    })
    const found: string = output.research.at
    expect(found).toBe('1970-01-01T00:00:00.000Z')
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'step_completed research',
      'step_completed draft',
      'completed',
    ])
  })

  it('gives an agent without an input function the input and the results that it comes after', async () => {
    const seen: unknown[] = []
    const spy = agent('spy', { run: (view: unknown) => void seen.push(view) })
    const graph = workflow('default-input')
      .step('a', { run: () => 1 })
      .step('b', { run: () => 2 })
      .step('c', { after: 'a', agent: spy })
    const runtime = await start({ workflows: [graph] })
    await runtime.executeWorkflow(graph, 'in')
    expect(seen).toEqual([{ input: 'in', results: { a: 1 } }])
  })

  it('returns what .output() makes, decoded as recorded', async () => {
    const graph = workflow('own-output')
      .step('a', { run: () => 20 })
      .output(({ results, input }) => ({
        sum: results.a + (input as number),
        at: new Date(0),
        no: undefined,
      }))
    const runtime = await start({ workflows: [graph] })
    const { output } = await runtime.executeWorkflow(graph, 1)
    expect(output).toEqual({ sum: 21, at: '1970-01-01T00:00:00.000Z' })
    expect(Object.keys(output)).toEqual(['sum', 'at'])
  })

  it('runs steps that do not wait for one another side by side', async () => {
    const both = [gate(), gate()]
    const meet = async (mine: number, other: number) => {
      both[mine]!.open()
      await both[other]!.opened
      return mine
    }
    const graph = workflow('parallel')
      .step('a', { run: () => meet(0, 1) })
      .step('b', { run: () => meet(1, 0) })
    const runtime = await start({ workflows: [graph] })
    expect((await runtime.executeWorkflow(graph, null)).output).toEqual({ a: 0, b: 1 })
  })

  it('runs no more steps at once than its concurrency', async () => {
    let running = 0
    let most = 0
    const run = async () => {
      running += 1
      most = Math.max(most, running)
      await pause(2)
      running -= 1
    }
    const graph = ['b', 'c', 'd', 'e'].reduce<ReturnType<typeof first>>(
      (made, name) => made.step(name, { run }) as never,
      first(),
    )
    function first() {
      return workflow('bounded', { concurrency: 2 }).step('a', { run })
    }
    const runtime = await start({ workflows: [graph] })
    await runtime.executeWorkflow(graph, null)
    expect(most).toBe(2)
  })

  it('skips a step whose when is false, and what comes after it alone', async () => {
    const graph = workflow('skips')
      .step('a', { run: () => 1 })
      .step('b', { after: 'a', when: ({ results }) => results.a > 1, run: () => 2 })
      .step('c', { after: 'b', run: () => 3 })
      .step('d', { after: ['a', 'c'], run: ({ results }) => Object.keys(results) })
    const runtime = await start({ workflows: [graph] })
    const { output, runId } = await runtime.executeWorkflow(graph, null)
    expect(output).toEqual({ a: 1, d: ['a'] })
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'step_completed a',
      'step_skipped b',
      'step_skipped c',
      'step_completed d',
      'completed',
    ])
  })

  it('records attempts with their errors; the idempotency key stays the same', async () => {
    const keys: string[] = []
    const attempts: number[] = []
    const flaky = agent('flaky', {
      retry: { retries: 3, minDelayMs: 1, maxDelayMs: 1 },
      run: (_input: unknown, step) => {
        keys.push(step.idempotencyKey)
        attempts.push(step.attempt)
        step.useTokens(10)
        if (step.attempt < 3) throw Object.assign(new Error(`no ${step.attempt}`), { code: 'E_NO' })
        return 'yes'
      },
    })
    const graph = workflow('retries').step('ask', { agent: flaky })
    const runtime = await start({ workflows: [graph] })
    const { runId } = await runtime.executeWorkflow(graph, null)
    expect(attempts).toEqual([1, 2, 3])
    expect(new Set(keys)).toEqual(new Set([`${runId}/ask/0`]))
    const { items } = await runtime.getStateHistory(runId, { kinds: ['step_completed'] })
    expect(items[0]!.meta).toMatchObject({
      agent: 'flaky',
      attempts: 3,
      tokens: 30,
      errors: [
        { attempt: 1, message: 'no 1', code: 'E_NO' },
        { attempt: 2, message: 'no 2', code: 'E_NO' },
      ],
    })
  })

  it('fails with the step and its last error once attempts are used up; a step’s own rules win', async () => {
    let calls = 0
    const broken = agent('broken', {
      retry: 5,
      run: () => {
        calls += 1
        throw new Error('always')
      },
    })
    const graph = workflow('gives-up').step('ask', {
      agent: broken,
      retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 },
    })
    const runtime = await start({ workflows: [graph] })
    const error = await rejection(runtime.executeWorkflow(graph, null))
    expect(error.code).toBe('WORKFLOW_FAILED')
    expect(error.failure).toMatchObject({ code: 'STEP_FAILED', step: 'ask' })
    expect(error.message).toContain('always')
    expect(calls).toBe(2)
  })

  it('a timeout fails the attempt and aborts its signal', async () => {
    let signal: AbortSignal | undefined
    const graph = workflow('slow').step('wait', {
      timeout: 20,
      run: (_view, step: StepContext) => {
        signal = step.signal
        return new Promise(() => {})
      },
    })
    const runtime = await start({ workflows: [graph] })
    const error = await rejection(runtime.executeWorkflow(graph, null))
    expect(error.failure.message).toMatch(/took longer than 20 ms/)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toMatchObject({ code: 'POLICY_TIMEOUT' })
  })

  it('opens one breaker an agent, over all its steps and runs, with the agent’s options', async () => {
    let calls = 0
    const ill = agent('ill', {
      breaker: { volumeThreshold: 2, errorThresholdPercentage: 1 },
      whenOpen: 'fail',
      run: () => {
        calls += 1
        throw new Error('ill')
      },
    })
    const free = agent('free', {
      breaker: false,
      run: () => {
        calls += 1
        throw new Error('free')
      },
    })
    const one = workflow('one').step('a', { agent: ill })
    const two = workflow('two').step('b', { agent: ill, timeout: '1s' })
    const other = workflow('other').step('c', { agent: free })
    const runtime = await start({ workflows: [one, two, other] })
    await rejection(runtime.executeWorkflow(one, null))
    await rejection(runtime.executeWorkflow(two, null))
    const refused = await rejection(runtime.executeWorkflow(two, null))
    expect(refused.message).toContain('Breaker "ill" is open')
    expect(calls).toBe(2)
    for (let run = 0; run < 8; run++) await rejection(runtime.executeWorkflow(other, null))
    expect(calls).toBe(10)
  })

  it('waits for running siblings of a failed step, records them, and starts nothing more', async () => {
    const failing = gate()
    const graph = workflow('siblings')
      .step('bad', {
        run: async () => {
          await failing.opened
          throw new Error('bad')
        },
      })
      .step('good', {
        run: async () => {
          failing.open()
          await pause(20)
          return 'kept'
        },
      })
      .step('later', { after: 'good', run: () => 'never' })
    const runtime = await start({ workflows: [graph] })
    const { runId, result } = await runtime.startWorkflow(graph, null)
    await rejection(result())
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'step_completed good',
      'step_failed bad',
      'failed',
    ])
  })

  it('a step named when is a step; a when function that throws is not', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    const named = workflow('named-when').step('when', { run: boom })
    const thrown = workflow('throws-when').step('a', { when: boom, run: () => 1 })
    const output = workflow('throws-output')
      .step('a', { run: () => 1 })
      .output(boom)
    const runtime = await start({ workflows: [named, thrown, output] })
    expect((await rejection(runtime.executeWorkflow(named, null))).failure).toMatchObject({
      code: 'STEP_FAILED',
      step: 'when',
    })
    for (const graph of [thrown, output]) {
      const { failure } = await rejection(runtime.executeWorkflow(graph as typeof thrown, null))
      expect(failure).toEqual({ name: 'Error', message: 'boom' })
    }
  })

  it('fails with a policy that cannot be made, wherever in the graph it stands', async () => {
    const run = () => 1
    const graph = workflow('bad-policy').step('a', { run }).step('b', { after: 'a', run, retry: -1 })
    const runtime = await start({ workflows: [graph] })
    const { failure } = await rejection(runtime.executeWorkflow(graph, null))
    expect(failure).toMatchObject({ code: 'POLICY_BAD_OPTION' })
  })
})
