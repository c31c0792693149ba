import { join } from 'node:path'
import { createRuntime, workflow } from '@pawl/runtime'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { importPeer, installPeers } from './peers.ts'
import { median, type Row, rateRow } from './row.ts'
import { withScratch } from './scratch.ts'

// Ten steps a run, each returning 300 bytes, every run awaited to its result. Ours has events, messages and
// metadata on; the floor is our bare store doing the same commits; the peer is OpenWorkflow on its SQLite backend.

const STEPS = 10
const OUTPUT = 'x'.repeat(300)
const ROUNDS = 3

/** How many runs, and how many at once. */
interface Load {
  readonly name: string
  readonly ours: number
  readonly peer: number
  readonly atOnce: number
}

const LOADS: readonly Load[] = [
  { name: 'sqlite c1', ours: 100, peer: 50, atOnce: 1 },
  { name: 'sqlite c200', ours: 2_000, peer: 400, atOnce: 200 },
]

/** Steps a second of each engine in turn, as medians over a few rounds on fresh files. */
export async function measure(): Promise<readonly Row[]> {
  await installPeers()
  const rows: Row[] = []
  for (const load of LOADS) {
    const figures = { ours: [] as number[], floor: [] as number[], peer: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      figures.floor.push(await withScratch((folder) => bareStore(folder, load)))
      figures.ours.push(await withScratch((folder) => pawl(folder, load)))
      figures.peer.push(await withScratch((folder) => openWorkflow(folder, load)))
    }
    const than = { floor: median(figures.floor), peerName: 'openworkflow', peer: median(figures.peer) }
    rows.push(rateRow('steps', load.name, 'steps/s', median(figures.ours), than))
  }
  return rows
}

async function pawl(folder: string, load: Load): Promise<number> {
  const tenSteps = workflow('ten-steps', async (ctx, input: { n: number }) => {
    for (let step = 0; step < STEPS; step++) await ctx.step(`step ${step}`, () => OUTPUT)
    return input.n
  })
  await using runtime = createRuntime({
    workflows: [tenSteps],
    stateStore: { path: join(folder, 'pawl.db') },
  })
  await runtime.initialize()
  const run = async (n: number) => {
    await runtime.executeWorkflow(tenSteps, { n })
  }
  await inLanes(load.atOnce, load.atOnce, run)
  return await stepsPerSecond(load.ours, load.atOnce, run)
}

async function bareStore(folder: string, load: Load): Promise<number> {
  await using store = await openSqliteStore({ path: join(folder, 'floor.db') })
  const claimFor = { worker: 'bench', leaseMs: 60_000 }
  const run = async (n: number) => {
    const { runId, fence } = await store.open({ type: 'ten-steps', input: { n }, claimFor })
    const base = { runId, worker: 'bench', fence: fence ?? 0 }
    for (let step = 0; step < STEPS; step++) {
      const meta = { attempts: 1, durationMs: 1 }
      const entry = { kind: 'step_completed', step: `step ${step}`, payload: OUTPUT, meta } as const
      await store.commit({ ...base, version: step + 2, entries: [entry] })
    }
    const entries = [{ kind: 'completed', payload: n }] as const
    await store.commit({ ...base, version: STEPS + 2, entries, next: { status: 'completed' } })
  }
  await inLanes(load.atOnce, load.atOnce, run)
  return await stepsPerSecond(load.ours, load.atOnce, run)
}

/** What we use of OpenWorkflow. */
interface OpenWorkflowModule {
  readonly OpenWorkflow: new (options: {
    backend: unknown
  }) => {
    defineWorkflow<I>(
      spec: { name: string },
      run: (context: {
        input: I
        step: { run<T>(spec: { name: string }, fn: () => T): Promise<T> }
      }) => Promise<unknown>,
    ): { run(input: I): Promise<unknown> }
    newWorker(options: { concurrency: number }): { start(): Promise<void>; stop(): Promise<void> }
  }
}

interface OpenWorkflowSqlite {
  readonly BackendSqlite: { connect(path: string): { stop(): Promise<void> } }
}

/**
 * The peer at its best: all runs are queued before its worker starts, and the time ends when the last workflow
 * function returns, so that neither its polling for work nor its polling for results is counted.
 */
async function openWorkflow(folder: string, load: Load): Promise<number> {
  const { OpenWorkflow } = await importPeer<OpenWorkflowModule>('openworkflow')
  const { BackendSqlite } = await importPeer<OpenWorkflowSqlite>('openworkflow/sqlite')
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'))
  const engine = new OpenWorkflow({ backend })
  let left = load.peer
  let allDone = () => {}
  const done = new Promise<void>((resolve) => {
    allDone = resolve
  })
  const tenSteps = engine.defineWorkflow<{ n: number }>({ name: 'ten-steps' }, async ({ input, step }) => {
    for (let index = 0; index < STEPS; index++) await step.run({ name: `step ${index}` }, () => OUTPUT)
    left -= 1
    if (left === 0) allDone()
    return input.n
  })
  for (let n = 0; n < load.peer; n++) await tenSteps.run({ n })
  const worker = engine.newWorker({ concurrency: load.atOnce })
  try {
    const began = performance.now()
    await worker.start()
    await done
    return (load.peer * STEPS * 1_000) / (performance.now() - began)
  } finally {
    await worker.stop()
    await backend.stop()
  }
}

async function stepsPerSecond(
  runs: number,
  atOnce: number,
  run: (n: number) => Promise<void>,
): Promise<number> {
  const began = performance.now()
  await inLanes(runs, atOnce, run)
  return (runs * STEPS * 1_000) / (performance.now() - began)
}

async function inLanes(runs: number, atOnce: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < runs) {
      const n = next
      next += 1
      await run(n)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
