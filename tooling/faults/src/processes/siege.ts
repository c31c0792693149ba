import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRuntime } from '@pawl/runtime'
import { openStateStore, type StateStore, type StateStoreConfig } from '@pawl/state-store'
import { seeded } from '../seeded.ts'
import { auditRun, type Orphan, recoveryMs } from './audit.ts'
import { burden } from './burden.ts'
import type { Orders } from './worker.ts'

const WORKERS = 3
const LEASE_MS = 1_500
/** How long a recovery may take beyond the lease. */
const GRACE_MS = 5_000
const EVERY_MS = 1_000
/** After the last kill everything ends well within this. */
const PATIENCE_MS = 90_000

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

export interface SiegeReport {
  readonly runs: number
  readonly kills: number
  /** Runs that a killed worker held. */
  readonly orphans: number
  readonly slowestRecoveryMs: number
  readonly violations: readonly string[]
}

/** Workflows are started while every second one of three processes is killed and replaced; then all of it is checked. */
export async function besiege(
  config: StateStoreConfig,
  kills: number,
  runs: number,
  seed: number,
): Promise<SiegeReport> {
  await using store = await openStateStore(config)
  const random = seeded(seed)
  const crew: Besieged[] = []
  let hired = 0
  const hire = async () => {
    crew.push(await Besieged.start(config, `worker-${++hired}`))
  }
  const orphans: Orphan[] = []
  try {
    await Promise.all(Array.from({ length: WORKERS }, hire))
    const starting = startAll(store, runs, kills * EVERY_MS)
    for (let kill = 0; kill < kills; kill++) {
      await sleep(EVERY_MS)
      const [victim] = crew.splice(Math.floor(random() * crew.length), 1)
      await victim!.kill()
      orphans.push(...(await orphansOf(store, victim!.name)))
      await hire()
    }
    await starting
    await untilFinished(store, runs)
  } finally {
    await Promise.all(crew.map((one) => one.kill()))
  }
  return { runs, kills, ...(await inspect(store, orphans, runs)) }
}

/** A worker in a process of its own. */
class Besieged {
  readonly name: string
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
  }

  static async start(config: StateStoreConfig, worker: string): Promise<Besieged> {
    const orders: Orders = { config, worker, leaseMs: LEASE_MS }
    const child = fork(WORKER, [JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const exit = once(child, 'exit').then(() => {
      throw new Error(`${worker} ended before it worked`)
    })
    exit.catch(() => {})
    await Promise.race([once(child, 'message'), exit])
    return new Besieged(worker, child)
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}

/** Starts the workflows evenly over a time, from a process that drives none. */
async function startAll(store: StateStore, runs: number, overMs: number): Promise<void> {
  await using client = createRuntime({ workflows: [burden], stateStore: store, concurrency: 0 })
  await client.initialize()
  for (let number = 0; number < runs; number++) {
    await client.startWorkflow(burden, { number }, { key: `burden ${number}` })
    await sleep(overMs / runs)
  }
}

async function orphansOf(store: StateStore, worker: string): Promise<readonly Orphan[]> {
  const at = await store.now()
  const { items } = await store.runs({ status: 'running', limit: 1_000 })
  return items.filter((run) => run.worker === worker).map(({ runId, fence }) => ({ runId, fence, at }))
}

async function untilFinished(store: StateStore, runs: number): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const { items } = await store.runs({ status: 'completed', limit: 1_000 })
    if (items.length === runs) return
    await sleep(200)
  }
}

async function inspect(
  store: StateStore,
  orphans: readonly Orphan[],
  expected: number,
): Promise<Pick<SiegeReport, 'orphans' | 'slowestRecoveryMs' | 'violations'>> {
  const { items } = await store.runs({ limit: 1_000 })
  const violations =
    items.length === expected ? [] : [`there are ${items.length} runs instead of ${expected}`]
  let slowestRecoveryMs = 0
  for (const run of items) {
    const journal = await store.journal({ runId: run.runId })
    for (const problem of auditRun(run, journal)) violations.push(`run ${run.runId}: ${problem}`)
    for (const orphan of orphans.filter(({ runId }) => runId === run.runId)) {
      const took = recoveryMs(orphan, journal)
      slowestRecoveryMs = Math.max(slowestRecoveryMs, took)
      if (took > LEASE_MS + GRACE_MS)
        violations.push(`run ${run.runId}: it waited ${took} ms for another worker`)
    }
  }
  return { orphans: orphans.length, slowestRecoveryMs, violations }
}
