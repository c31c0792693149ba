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
  /** From the first second to the last kill. */
  readonly tookMs: number
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
  const crew = new Crew(config)
  const orphans: Orphan[] = []
  let tookMs = 0
  try {
    await Promise.all(Array.from({ length: WORKERS }, () => crew.hire()))
    const starting = startAll(store, runs, kills * EVERY_MS)
    const began = Date.now()
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(Math.max(0, began + kill * EVERY_MS - Date.now()))
      const victim = await crew.lose(random())
      await victim.kill()
      // Its place is taken while the next second passes.
      void crew.hire()
      orphans.push(...(await orphansOf(store, victim.name)))
    }
    tookMs = Date.now() - began
    await starting
    await untilFinished(store, runs)
  } finally {
    await crew.dismiss()
  }
  return { runs, kills, tookMs, ...(await inspect(store, orphans, runs)) }
}

/** The workers that are at work, and those that are on their way. */
class Crew {
  readonly #config: StateStoreConfig
  readonly #working: Besieged[] = []
  readonly #coming = new Set<Promise<void>>()
  /** Why one that was hired never came to work. */
  readonly #missing: unknown[] = []
  #hired = 0

  constructor(config: StateStoreConfig) {
    this.#config = config
  }

  /** Resolves once the new one works. A second one may be on its way at the same time. */
  hire(): Promise<void> {
    const coming = Besieged.start(this.#config, `worker-${++this.#hired}`)
      .then((one) => void this.#working.push(one))
      .catch((error: unknown) => void this.#missing.push(error))
      .finally(() => this.#coming.delete(coming))
    this.#coming.add(coming)
    return coming
  }

  /**
   * Takes one out, whom the number from 0 to 1 names, once all are at work: on a machine that does other things too a
   * new one may take more than a second to come, and nobody would get anywhere.
   */
  async lose(number: number): Promise<Besieged> {
    while (this.#coming.size > 0 && this.#missing.length === 0) await Promise.race(this.#coming)
    if (this.#missing.length > 0) throw this.#missing[0]
    const [one] = this.#working.splice(Math.floor(number * this.#working.length), 1)
    return one!
  }

  async dismiss(): Promise<void> {
    await Promise.allSettled(this.#coming)
    await Promise.all(this.#working.map((one) => one.kill()))
  }
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
