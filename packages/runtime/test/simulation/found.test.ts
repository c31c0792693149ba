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

/** A promise that a test settles, and whether somebody waits for it. */
interface Hold {
  readonly reached: Promise<void>
  readonly reach: () => void
  readonly released: Promise<void>
  readonly release: () => void
}

const hold = (): Hold => {
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    reach: reached.resolve,
    released: released.promise,
    release: released.resolve,
  }
}

/** Keeps one answer back, of the first claim that gives a run or of the n-th opening. */
class Late extends ForwardingStore {
  claims: Hold | undefined
  openings: readonly (Hold | undefined)[] = []
  #opened = 0

  override async claim(request: Parameters<StateStore['claim']>[0]) {
    const claimed = await super.claim(request)
    const { claims } = this
    if (claimed.length === 0 || claims === undefined) return claimed
    this.claims = undefined
    claims.reach()
    await claims.released
    return claimed
  }

  override async open(run: Parameters<StateStore['open']>[0]) {
    const opened = await super.open(run)
    const late = this.openings[this.#opened++]
    late?.reach()
    await late?.released
    return opened
  }
}

const RUN_ID = '0197a000-0000-7000-8000-00000000c0de'

/** A runtime whose store may answer late, and a workflow whose step counts its calls. */
async function lateRuntime() {
  const truth = await openStateStore({ path: ':memory:' })
  const store = new Late(truth)
  const calls: string[] = []
  const gate = hold()
  const waits = workflow('waits', async (ctx, input: string) => {
    await ctx.step('a', async () => {
      calls.push(input)
      gate.reach()
      await gate.released
    })
    return input
  })
  const other = workflow('other', () => Promise.resolve(1))
  const workflows = [waits, other]
  const runtime = createRuntime({ workflows, stateStore: store, sweep: 20, lease: '1h' })
  await runtime.initialize()
  return { runtime, store, truth, calls, gate, waits, other, workflows }
}

test('a late answer to a claim does not restart the run that is driven since', async () => {
  const { runtime, store, calls, gate, waits, workflows } = await lateRuntime()
  await using _ = runtime
  const late = hold()
  store.claims = late
  await using client = createRuntime({ workflows, stateStore: store, concurrency: 0 })
  await client.initialize()
  await client.startWorkflow(waits, 'once', { runId: RUN_ID })
  await late.reached
  // The store says that this worker has the run: the second start takes it up, before the claim's answer is there.
  const { result } = await runtime.startWorkflow(waits, 'once', { runId: RUN_ID })
  await gate.reached
  late.release()
  await new Promise((resolve) => setTimeout(resolve, 50))
  gate.release()
  expect(await result()).toMatchObject({ output: 'once' })
  expect(calls).toEqual(['once'])
})

test('a late answer to a claim does not drive a run that has ended since', async () => {
  const { runtime, store, calls, gate, waits, workflows } = await lateRuntime()
  await using _ = runtime
  const late = hold()
  store.claims = late
  gate.release()
  await using client = createRuntime({ workflows, stateStore: store, concurrency: 0 })
  await client.initialize()
  await client.startWorkflow(waits, 'once', { runId: RUN_ID })
  await late.reached
  await runtime.executeWorkflow(waits, 'once', { runId: RUN_ID })
  late.release()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(calls).toEqual(['once'])
})

test('a run that is started twice at once is not driven again when the second answer comes after its end', async () => {
  const { runtime, store, calls, gate, waits } = await lateRuntime()
  await using _ = runtime
  const late = hold()
  store.openings = [undefined, late]
  gate.release()
  const first = runtime.executeWorkflow(waits, 'once', { runId: RUN_ID })
  const second = runtime.executeWorkflow(waits, 'once', { runId: RUN_ID })
  await late.reached
  await first
  late.release()
  expect(await second).toMatchObject({ output: 'once' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(calls).toEqual(['once'])
})

test('a run that was opened before goes on with the input that it was opened with', async () => {
  const { runtime, truth, calls, gate, waits, other } = await lateRuntime()
  await using _ = runtime
  gate.release()
  const claimFor = { worker: runtime.worker, leaseMs: 3_600_000 }
  await truth.open({ runId: RUN_ID, type: 'waits', input: 'before', claimFor })
  const started = runtime.startWorkflow(other, 1, { runId: RUN_ID })
  await expect(started).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(RUN_ID),
  })
  expect(await runtime.executeWorkflow(waits, 'after', { runId: RUN_ID })).toMatchObject({ output: 'before' })
  expect(calls).toEqual(['before'])
})
