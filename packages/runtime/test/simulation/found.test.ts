import { type Entry, openStateStore, type StateStore } from '@pawl/state-store'
import { expect, test } from 'vitest'
import { readRecorded } from '../../src/decide/recorded.ts'
import { createRuntime, workflow } from '../../src/index.ts'
import { ForwardingStore } from './forwarding-store.ts'

// What the simulation found in some seed among thousands, each made to happen at once.

/** Does something of another process's between a read and its answer, once. */
class Interrupted extends ForwardingStore {
  before: 'run' | 'journal' | undefined
  readonly meanwhile: () => Promise<unknown>

  constructor(next: StateStore, meanwhile: () => Promise<unknown>) {
    super(next)
    this.meanwhile = meanwhile
  }

  override async run(runId: string) {
    const run = await super.run(runId)
    await this.#interrupt('run')
    return run
  }

  override async journal(at: Parameters<StateStore['journal']>[0]) {
    await this.#interrupt('journal')
    return super.journal(at)
  }

  async #interrupt(at: 'run' | 'journal'): Promise<void> {
    if (this.before !== at) return
    this.before = undefined
    await this.meanwhile()
  }
}

/** A run whose second step fails until it is mended. */
async function failedRun() {
  const calls: string[] = []
  let mended = false
  const definition = workflow('two', async (ctx) => {
    await ctx.step('a', (step) => calls.push(step.idempotencyKey))
    return ctx.step('b', () => (mended ? 'mended' : Promise.reject(new Error('broken'))))
  })
  const truth = await openStateStore({ path: ':memory:' })
  const meanwhile: { act: () => Promise<unknown> } = { act: async () => {} }
  const store = new Interrupted(truth, () => meanwhile.act())
  const runtime = createRuntime({ workflows: [definition], stateStore: store, sweep: 20 })
  await runtime.initialize()
  const { runId, result } = await runtime.startWorkflow(definition, null)
  await expect(result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' })
  const mend = () => {
    mended = true
  }
  return { runtime, truth, store, meanwhile, runId, calls, mend }
}

test('result() of a failed run that is resumed while it is read rejects', async () => {
  const { runtime, truth, store, meanwhile, runId } = await failedRun()
  await using _ = runtime
  const { result } = await runtime.getWorkflow(runId)
  meanwhile.act = () => truth.resume({ runId })
  store.before = 'run'
  await expect(result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' })
})

test('a run that is rolled back while it is claimed is not continued under the old fence', async () => {
  const { runtime, truth, store, meanwhile, runId, calls, mend } = await failedRun()
  await using _ = runtime
  mend()
  meanwhile.act = () => truth.rollback({ runId, version: 1 })
  store.before = 'journal'
  await runtime.resumeWorkflow(runId)
  await expect.poll(() => truth.run(runId)).toMatchObject({ status: 'waiting', epoch: 1 })
  const { result } = await runtime.resumeWorkflow(runId)
  expect(await result()).toMatchObject({ output: 'mended' })
  expect(calls).toEqual([`${runId}/a/0`, `${runId}/a/1`])
})

test('a fork of a cancelled run reads the first message of its own inbox', () => {
  const entry = (version: number, kind: Entry['kind'], meta: Entry['meta'] = {}) =>
    ({
      version,
      kind,
      meta,
      epoch: 0,
      fence: 1,
      step: null,
      hash: null,
      at: 0,
      format: 1,
      payload: null,
    }) as Entry
  const cancelled = [entry(1, 'started'), entry(2, 'cancelled', { inbox: 1 })]
  expect(readRecorded([...cancelled, entry(3, 'resumed')]).consumed).toEqual(new Set([1]))
  expect(readRecorded([...cancelled, entry(3, 'forked')]).consumed).toEqual(new Set())
})
