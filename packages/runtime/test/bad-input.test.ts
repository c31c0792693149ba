import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, createRuntime, type WorkflowContext, workflow } from '../src/index.ts'
import { journalOf, openStore, rejection, start } from './harness.ts'

const fine = workflow('fine', async (ctx) => ctx.step('a', () => 'fine'))
const hostile = ['__proto__', 'a#b', 'a/b', 'a:b', 'a\u0000b', '', 'x'.repeat(1_000_000)]

describe('definitions', () => {
  const run = () => null
  it.each<[string, () => unknown, string, RegExp]>([
    [
      'a cycle',
      () =>
        createRuntime({
          workflows: [
            workflow('loops')
              .step('a', { run, after: 'b' as never })
              .step('b', { run, after: 'a' }),
          ],
        }),
      'CYCLE',
      /'loops' wait for one another: a → b → a\. Remove/,
    ],
    [
      'a missing after',
      () => createRuntime({ workflows: [workflow('gap').step('a', { run, after: 'b' as never })] }),
      'MISSING_STEP',
      /'a' of workflow 'gap' comes after 'b', which does not exist/,
    ],
    [
      'an unknown agent',
      () => createRuntime({ workflows: [workflow('needs').step('a', { agent: 'ghost' })] }),
      'UNKNOWN_AGENT',
      /Step 'a' of workflow 'needs' needs agent 'ghost'.*registerAgent/,
    ],
    [
      'the same workflow twice',
      () => createRuntime({ workflows: [fine, fine] }),
      'INVALID_DEFINITION',
      /'fine' version '1' is given twice/,
    ],
    [
      'an empty graph',
      () => createRuntime({ workflows: [workflow('empty')] }),
      'INVALID_DEFINITION',
      /no steps/,
    ],
    ['a concurrency', () => createRuntime({ concurrency: -1 }), 'INVALID_DEFINITION', /whole number.*-1/],
    [
      'a lease',
      () => createRuntime({ lease: 'soon' as never }),
      'INVALID_DEFINITION',
      /'soon' is not a duration/,
    ],
  ])('refuse %s', (_what, act, code, message) => {
    expect(act).toThrow(expect.objectContaining({ code }))
    expect(act).toThrow(message)
  })
})

describe('calls', () => {
  it('with something wrong are typed errors; the runtime stays usable', async () => {
    const typed = workflow(
      'typed',
      { input: z.object({ user: z.object({ age: z.number() }) }) },
      async () => 1,
    )
    const runtime = await start({ workflows: [fine, typed] })
    const unknown = crypto.randomUUID()
    const cases: readonly [Promise<unknown>, string, RegExp][] = [
      [
        runtime.executeWorkflow<typeof fine>('ghost' as never, null),
        'UNKNOWN_WORKFLOW',
        /'ghost'.*It has: fine, typed/,
      ],
      [runtime.executeWorkflow(typed, { user: { age: 'x' } } as never), 'INVALID_INPUT', /input\.user\.age/],
      [runtime.executeWorkflow(fine, { n: 1n }), 'NOT_JSON', /input of workflow 'fine'.*\.n is a BigInt/],
      [runtime.executeWorkflow(fine, null, { runId: 'mine' }), 'INVALID_ARGUMENT', /'mine' is not a UUID/],
      [runtime.executeWorkflow(fine, null, { key: 'a\u0000' }), 'INVALID_ARGUMENT', /U\+0000/],
      [runtime.executeWorkflow(fine, null, { onKey: 'x' as never, key: 'k' }), 'INVALID_ARGUMENT', /one of/],
      [runtime.getWorkflow(unknown), 'RUN_NOT_FOUND', new RegExp(unknown)],
      [runtime.cancelWorkflow(unknown), 'RUN_NOT_FOUND', new RegExp(unknown)],
      [runtime.signalWorkflow(unknown, 'x'), 'RUN_NOT_FOUND', new RegExp(unknown)],
      [runtime.signalWorkflow(unknown, 'x', () => 1), 'NOT_JSON', /function/],
      [runtime.getStateHistory('nobody'), 'RUN_NOT_FOUND', /nobody/],
    ]
    for (const [call, code, message] of cases) {
      const error = await rejection(call)
      expect(error).toMatchObject({ code })
      expect(error.message).toMatch(message)
    }
    expect((await runtime.executeWorkflow(fine, null)).output).toBe('fine')
  })

  it.each(hostile)('with the hostile name %.12j stay short and typed', async (name) => {
    const runtime = await start({ workflows: [fine] })
    const { runId } = await runtime.executeWorkflow(fine, null)
    const errors = await Promise.all(
      [
        runtime.executeWorkflow<typeof fine>(name as never, null),
        runtime.getWorkflow(name),
        runtime.signalWorkflow(runId, name),
        runtime.executeWorkflow(fine, null, { runId: name }),
      ].map(rejection),
    )
    expect(errors.map(({ code }) => code)).toEqual([
      'UNKNOWN_WORKFLOW',
      'RUN_NOT_FOUND',
      'INVALID_NAME',
      'INVALID_ARGUMENT',
    ])
    for (const { message } of errors) expect(message.length).toBeLessThan(400)
    expect((await runtime.executeWorkflow(fine, null)).output).toBe('fine')
  })

  it.each<[string, (ctx: WorkflowContext, name: string) => Promise<unknown>]>([
    ['step', (ctx, name) => ctx.step(name, () => 1)],
    ['sleep', (ctx, name) => ctx.sleep(name, 1)],
    ['signal', (ctx, name) => ctx.signal(name)],
  ])('of ctx.%s refuse hostile names', async (_what, call) => {
    const code = workflow('hostile', (ctx, name: string) => call(ctx, name))
    const runtime = await start({ workflows: [code, fine] })
    for (const name of hostile) {
      const { failure } = await rejection(runtime.executeWorkflow(code, name))
      expect(failure).toMatchObject({ code: 'INVALID_NAME' })
    }
    expect((await runtime.executeWorkflow(fine, null)).output).toBe('fine')
  })

  it('take hostile keys, and refuse those that are too long', async () => {
    const code = workflow('keys', (ctx, key: string) => ctx.step('a', () => 1, { key }))
    const runtime = await start({ workflows: [code] })
    for (const key of hostile.slice(0, -1)) {
      expect((await runtime.executeWorkflow(code, key)).output).toBe(1)
    }
    const { failure } = await rejection(runtime.executeWorkflow(code, hostile.at(-1)!))
    expect(failure).toMatchObject({ code: 'INVALID_NAME' })
  })
})

describe('values', () => {
  it('that are not JSON fail the step or the workflow, with the path', async () => {
    const inner = { when: { big: 1n } }
    const graph = workflow('g').step('a', { run: () => inner })
    const code = workflow('c', (ctx) => ctx.step('a', () => inner))
    const output = workflow('o', async () => inner)
    const declared = workflow('d', (ctx) => ctx.step('a', () => 1, { input: inner }))
    const agents = workflow('a').step('a', { agent: agent('agent', { run: () => inner }) })
    const runtime = await start({ workflows: [graph, code, output, declared, agents] })
    for (const { type } of [graph, code, output, declared, agents]) {
      const { failure } = await rejection(runtime.executeWorkflow(type, null))
      expect(failure.message).toMatch(/\.when\.big is a BigInt/)
      expect(failure.code).toBe(type === 'o' || type === 'd' ? 'NOT_JSON' : 'STEP_FAILED')
    }
  })

  it('that are too large fail their step, recorded, and leave the run and its neighbours usable', async () => {
    const store = await openStore({ path: ':memory:', limits: { maxEntryLength: 5_000 } })
    let calls = 0
    const big = () => {
      calls += 1
      return 'x'.repeat(6_000)
    }
    const code = workflow('big', async (ctx) => {
      const [failed, kept] = await Promise.all([
        ctx.step('big', big).catch((error: Error) => error.message),
        ctx.step('small', () => 'kept'),
      ])
      return [failed, kept]
    })
    const graph = workflow('big-graph').step('big', { run: big })
    const runtime = await start({ workflows: [code, graph], stateStore: store })
    const { output, runId } = await runtime.executeWorkflow(code, null)
    const [failed, kept] = output as [string, string]
    expect(await journalOf(runtime, runId)).toContain('step_failed big')
    expect(failed).toMatch(/output of step 'big' is 6002 characters.*limit is 5000/)
    expect(kept).toBe('kept')
    const { failure } = await rejection(runtime.executeWorkflow(graph, null))
    expect(failure.message).toMatch(/output of step 'big'/)
    const tooMuch = await rejection(runtime.executeWorkflow(code, 'x'.repeat(6_000)))
    expect(tooMuch.code).toBe('ENTRY_TOO_LARGE')
    expect(calls).toBe(2)
  })

  it('over the limit of a run end in an error that says what to do', async () => {
    const store = await openStore({ path: ':memory:', limits: { maxEntriesPerRun: 5 } })
    const code = workflow('endless', async (ctx) => {
      for (;;) await ctx.step('again', () => 1)
    })
    const graph = Array.from({ length: 8 }, (_step, index) => `s${index}`).reduce(
      (made, name) => made.step(name, { run: () => 1 }) as never,
      workflow('wide', { concurrency: 1 }),
    )
    const runtime = await start({ workflows: [code, graph, fine], stateStore: store })
    for (const type of ['endless', 'wide']) {
      const { failure } = await rejection(runtime.executeWorkflow<typeof code>(type as never, null))
      expect(failure).toMatchObject({ code: 'RUN_LIMIT' })
      expect(failure.message).toMatch(/Open a new run .* or raise `limits`/)
    }
    expect((await runtime.executeWorkflow(fine, null)).output).toBe('fine')
  })

  it('of any kind may be thrown', async () => {
    const hostileThing = {
      get message(): string {
        throw new Error('caught you')
      },
    }
    const things = [undefined, null, 'text', 7, Symbol('s'), Object.create(null), hostileThing]
    const code = workflow('throws', (ctx, index: number) =>
      ctx.step('a', () => {
        throw things[index]
      }),
    )
    const bare = workflow('throws-bare', async (_ctx, index: number) => {
      throw things[index]
    })
    const runtime = await start({ workflows: [code, bare] })
    for (const index of things.keys()) {
      expect((await rejection(runtime.executeWorkflow(code, index))).code).toBe('WORKFLOW_FAILED')
      expect((await rejection(runtime.executeWorkflow(bare, index))).code).toBe('WORKFLOW_FAILED')
    }
  })
})
