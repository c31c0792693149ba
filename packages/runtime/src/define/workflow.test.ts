import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { agent } from './agent.ts'
import { type InputOf, type WorkflowOutput, workflow } from './workflow.ts'

const run = () => null

describe('workflow', () => {
  it('makes a new graph with each call; the one before stays as it is', () => {
    const empty = workflow('w')
    const one = empty.step('a', { run })
    const two = one.step('b', { after: 'a', run })
    expect([empty, one, two].map(({ expectedSteps }) => expectedSteps)).toEqual([0, 1, 2])
    expect(two.form).toMatchObject({
      kind: 'graph',
      steps: [
        { name: 'a', after: [] },
        { name: 'b', after: ['a'] },
      ],
    })
  })

  it('has version 1 unless given, in both forms', () => {
    expect(workflow('w').version).toBe('1')
    expect(workflow('w', { version: '2' }).version).toBe('2')
    expect(workflow('w', async () => 1).version).toBe('1')
    expect(workflow('w', { version: '3' }, async () => 1)).toMatchObject({
      version: '3',
      form: { kind: 'code' },
    })
  })

  it.each<[string, () => unknown, string, RegExp]>([
    ['a name with a slash', () => workflow('a/b'), 'INVALID_NAME', /'a\/b' is no workflow name/],
    [
      'two steps of one name',
      () => workflow('w').step('a', { run }).step('a', { run }),
      'DUPLICATE_STEP',
      /'w' has two steps named 'a'/,
    ],
    ['a hostile step name', () => workflow('w').step('__proto__', { run }), 'INVALID_NAME', /reserved/],
    [
      'a step of nothing',
      () => workflow('w').step('a', {}),
      'INVALID_DEFINITION',
      /'agent', 'run' and 'transaction'/,
    ],
    [
      'a step of both',
      () => workflow('w').step('a', { run, agent: 'x' }),
      'INVALID_DEFINITION',
      /Step 'a' of workflow 'w'/,
    ],
    ['an agent id with a space', () => agent('my agent', { run }), 'INVALID_NAME', /'my agent'/],
    [
      'a step timeout',
      () => workflow('w').step('a', { run, timeout: '5x' as never }),
      'INVALID_DEFINITION',
      /'5x'/,
    ],
    ['an agent timeout', () => agent('a', { run, timeout: '5x' as never }), 'INVALID_DEFINITION', /'5x'/],
  ])('refuses %s', (_what, act, code, message) => {
    expect(act).toThrow(expect.objectContaining({ code }))
    expect(act).toThrow(message)
  })

  it('infers results of agents, functions and outputs', () => {
    const researcher = agent('researcher', { run: (input: { topic: string }) => ({ found: [input.topic] }) })
    const graph = workflow('typed', {
      input: z.object({ topic: z.string(), depth: z.number().default(1) }),
      agents: { writer: agent('writer', { run: async () => ({ at: new Date() }) }) },
    })
      .step('research', { agent: researcher, input: ({ input }) => input })
      .step('write', { after: 'research', agent: 'writer' })
      .step('count', { after: ['research', 'write'], run: ({ results }) => results.research.found.length })
    expectTypeOf<WorkflowOutput<typeof graph>>().toExtend<{
      readonly research: { found: string[] }
      readonly write: { at: string }
      readonly count: number
    }>()
    expectTypeOf<InputOf<typeof graph>>().toEqualTypeOf<{ topic: string; depth?: number | undefined }>()
    const own = graph.output(({ results }) => ({ date: results.write.at, n: results.count }))
    expectTypeOf<WorkflowOutput<typeof own>>().toExtend<{ date: string; n: number }>()

    const code = workflow('typed-code', async (ctx, input: { n: number }) => {
      const made = await ctx.step('make', () => ({ at: new Date(), n: input.n }))
      expectTypeOf(made).toEqualTypeOf<{ at: string; n: number }>()
      const found = await ctx.step('ask', { agent: researcher, input: { topic: 'x' } })
      expectTypeOf(found).toEqualTypeOf<{ found: string[] }>()
      const both = await ctx.all({ a: async () => 1, b: async () => 'x' })
      expectTypeOf(both).toEqualTypeOf<{ a: number; b: string }>()
      const pair = await ctx.all([async () => 1, async () => 'x'])
      expectTypeOf(pair).toEqualTypeOf<[number, string]>()
      return made.at
    })
    expectTypeOf<WorkflowOutput<typeof code>>().toEqualTypeOf<string>()
    expectTypeOf<InputOf<typeof code>>().toEqualTypeOf<{ n: number }>()
  })
})
