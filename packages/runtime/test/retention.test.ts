import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { openStore, rejection, start, until } from './harness.ts'

const steps = workflow('steps', async (ctx) => {
  await ctx.step('a', () => 1)
  await ctx.step('b', () => 2)
  return { sum: 3 }
})
const graph = workflow('bare-graph')
  .step('a', { run: () => 1 })
  .step('b', { after: 'a', run: ({ results }) => results.a + 1 })
const failing = workflow('failing', async (ctx) => {
  await ctx.step('a', () => 1)
  await ctx.step('b', () => {
    throw new Error('oh')
  })
})

describe('a run whose journal was compacted', () => {
  const workflows = [steps, graph, failing]

  async function compacted(name: 'steps' | 'bare-graph' | 'failing') {
    const store = await openStore()
    const runtime = await start({ workflows, stateStore: store })
    const { runId, result } = await runtime.startWorkflow(name, null)
    const before = await result().catch((error: unknown) => error)
    await until(async () => (await store.compact(runId)).ok, 'its messages leave')
    expect((await store.journal({ runId })).map(({ kind }) => kind)).toContain('compacted')
    // Another process knows of it by the store alone.
    const later = await start({ workflows, stateStore: store })
    return { before, runId, later }
  }

  it('still has its output', async () => {
    const { before, runId, later } = await compacted('steps')
    expect(await (await later.getWorkflow(runId)).result()).toEqual(before)
    expect(before).toMatchObject({ output: { sum: 3 }, version: 4 })
  })

  it('still has the results of its steps, if they are its output', async () => {
    const { before, runId, later } = await compacted('bare-graph')
    expect(await (await later.getWorkflow(runId)).result()).toEqual(before)
    expect(before).toMatchObject({ output: { a: 1, b: 2 } })
  })

  it('still has its failure', async () => {
    const { before, runId, later } = await compacted('failing')
    const after = await rejection((await later.getWorkflow(runId)).result())
    expect([after.code, after.failure]).toEqual(['WORKFLOW_FAILED', (before as typeof after).failure])
  })

  it('is told to whoever follows it, from beginning to end', async () => {
    const { runId, later } = await compacted('steps')
    const told: string[] = []
    for await (const { type } of later.followWorkflow(runId)) told.push(type)
    expect(told).toEqual(['started', 'completed'])
  })

  it('is not resumed, rolled back or forked', async () => {
    const { runId, later } = await compacted('failing')
    expect((await rejection(later.resumeWorkflow(runId))).code).toBe('RUN_COMPACTED')
    expect((await rejection(later.rollbackWorkflow(runId, { toVersion: 1 }))).code).toBe('RUN_COMPACTED')
    expect((await rejection(later.forkWorkflow(runId))).code).toBe('RUN_COMPACTED')
  })
})
