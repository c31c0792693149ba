import { checkRun } from './checker.ts'
import { Client } from './client.ts'
import type { SimulatedProcess } from './process.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

/** What came of one seed. */
export interface SimulationReport {
  readonly seed: number
  readonly violations: readonly { readonly rule: string; readonly detail: string }[]
  /** How often what happened. */
  readonly counts: ReadonlyMap<string, number>
  /** A digest of everything that happened, in order. */
  readonly digest: string
  readonly events: number
  readonly trace: readonly string[]
}

const MINUTE = 60_000

/** Faults end after this long; the runs must end within the time after. */
const STORM_MS = 4 * MINUTE
const PATIENCE_MS = 20 * MINUTE

/** Longer than a process may be frozen, followed by two sweeps of the outbox. */
const QUIET_MS = 3 * MINUTE

/** A simulation that goes in circles ends here; sooner where a planted bug is looked for: the next seed may show it. */
const MAX_EVENTS = 60_000
const MAX_EVENTS_PLANTED = 6_000

/** Plays one seed from its first process to the check of its last journal. The same seed does the same. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const simulation = await Simulation.open(seed, options)
  const { witness, time } = simulation
  const onRejection = (error: unknown) =>
    witness.violate('unhandled', String((error as Error)?.stack ?? error))
  process.on('unhandledRejection', onRejection)
  try {
    let over = false
    const played = new Play(simulation).run().finally(() => {
      over = true
    })
    played.catch((error) => witness.violate('simulation', String((error as Error)?.stack ?? error)))
    const most = options.plant === undefined ? MAX_EVENTS : MAX_EVENTS_PLANTED
    while (!over && time.events < most) {
      if (!(await time.step()) && !over) break
    }
    if (!over) witness.violate('stuck', `nothing more happens, or too much, after ${time.events} events`)
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('unhandledRejection', onRejection)
  }
  const counts = new Map(simulation.counts)
  counts.set('refused commits', witness.refusals)
  counts.set('repeated commits', witness.repetitions)
  const { violations } = witness
  const report = { seed, violations, counts, digest: simulation.digest(), events: time.events }
  await simulation.close()
  return { ...report, trace: simulation.recent }
}

/** The course of one simulation. */
class Play {
  readonly #simulation: Simulation
  readonly #clients: Client[]
  #ending = false

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    const { shape, programs } = simulation
    const count = shape.int(2, 5)
    this.#clients = Array.from(
      { length: count },
      () => new Client(simulation, shape.pick(programs), shape.int(0, 1_000_000)),
    )
  }

  async run(): Promise<void> {
    const { shape, time, fates } = this.#simulation
    await this.#simulation.listenToBus()
    const slots = Array.from({ length: shape.int(1, 3) }, () => this.#keepAlive())
    for (const client of [...this.#clients]) void client.live(this.#clients)
    while (!this.#done && time.elapsed < STORM_MS) await this.#simulation.sleep(5_000)
    fates.raging = false
    while (!this.#done && time.elapsed < STORM_MS + PATIENCE_MS) await this.#simulation.sleep(5_000)
    await this.#settle()
    await this.#checkUnsent()
    this.#ending = true
    await Promise.all([...slots, this.#shutDown()])
    for (const client of this.#clients) {
      await checkRun(this.#simulation, client)
      this.#checkResults(client)
    }
  }

  get #done(): boolean {
    return this.#clients.every(({ done }) => done)
  }

  /** One place for a process: whoever dies or leaves is followed by another after a while. */
  async #keepAlive(): Promise<void> {
    const { shape } = this.#simulation
    while (!this.#ending) {
      const process = this.#simulation.spawn()
      process.start().catch(() => process.crash('at start'))
      const leaves = shape.chance(0.4) ? shape.int(5_000, 90_000) : 2 ** 40
      await Promise.race([
        process.died,
        this.#simulation.sleep(leaves).then(() => this.#leave(process)),
        this.#end(),
      ])
      await this.#simulation.sleep(shape.int(0, 30_000))
    }
  }

  /** A deploy: the process ends in order, as long as the store answers. */
  async #leave(process: SimulatedProcess): Promise<void> {
    if (this.#ending || !process.alive) return
    this.#simulation.count('shutdowns')
    this.#simulation.trace(`${process.id} leaves`)
    process.leaving = true
    const ended = process.runtime.shutdown().catch(() => process.crash('at shutdown'))
    await this.#within(5 * MINUTE, Promise.race([ended, process.died]), process)
  }

  async #end(): Promise<void> {
    while (!this.#ending) await this.#simulation.sleep(10_000)
  }

  /** Lets frozen processes go on, and whoever waits for a result hear of it. */
  async #settle(): Promise<void> {
    const { processes, time } = this.#simulation
    while (processes.some(({ alive, frozenUntil }) => alive && frozenUntil > time.now)) {
      await this.#simulation.sleep(5_000)
    }
    await this.#simulation.sleep(10_000)
  }

  /** What a crash left behind leaves with the sweep. */
  async #checkUnsent(): Promise<void> {
    const { truth, witness, time } = this.#simulation
    const until = time.now + QUIET_MS
    let unsent = await truth.unsent({ idleMs: 0, limit: 1_000 })
    while (unsent.length > 0 && time.now < until) {
      await this.#simulation.sleep(10_000)
      unsent = await truth.unsent({ idleMs: 0, limit: 1_000 })
    }
    for (const { run, entries } of unsent) {
      witness.violate('outbox', `${run.runId} has ${entries.length} messages that nobody confirmed`)
    }
  }

  async #shutDown(): Promise<void> {
    const { working } = this.#simulation
    for (const process of working) {
      process.leaving = true
      await this.#within(2 * MINUTE, process.runtime.shutdown(), process)
    }
  }

  async #within(ms: number, shutdown: Promise<void>, { id }: SimulatedProcess): Promise<void> {
    const ended = shutdown.then(() => true)
    const hangs = this.#simulation.sleep(ms).then(() => false)
    if (!(await Promise.race([ended, hangs]))) this.#simulation.witness.violate('shutdown', `${id} hangs`)
  }

  #checkResults({ results, runId, expected, cancelled }: Client): void {
    const { witness } = this.#simulation
    for (const { process, outcome } of results) {
      const { output, code } = (outcome ?? {}) as { output?: unknown; code?: string }
      if (outcome === undefined) {
        if (process.alive && !process.leaving) witness.violate('result', `${runId}: result() never settles`)
      } else if (code === undefined) {
        if (!same(output, expected!.output))
          witness.violate(
            'result',
            `${runId}: result() returned ${JSON.stringify(output)}, not ${JSON.stringify(expected!.output)}`,
          )
      } else if (code === 'RUN_INTERRUPTED' || code === 'SHUT_DOWN') {
        if (!process.leaving) witness.violate('result', `${runId}: result() rejects with ${code}`)
      } else if (code !== 'WORKFLOW_FAILED' && !(cancelled && code === 'WORKFLOW_CANCELLED')) {
        witness.violate('result', `${runId}: result() rejects with ${code}`)
      }
    }
  }
}

const same = (a: unknown, b: unknown): boolean =>
  JSON.stringify(Object.entries(Object(a)).sort()) === JSON.stringify(Object.entries(Object(b)).sort()) &&
  typeof a === typeof b &&
  (typeof a !== 'number' || a === b)
