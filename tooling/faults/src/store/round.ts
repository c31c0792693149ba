import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateStore } from '@pawl/state-store'
import { seeded } from '../seeded.ts'
import { Crew, type Member } from './crew.ts'
import { DEFINITION } from './definition.ts'
import { audit, type Line, readLedger } from './ledger.ts'
import { persist } from './persist.ts'
import { type Blow, planOf, type Stroke } from './plan.ts'
import type { Site, Way } from './site.ts'

const RUNS = 3
const STEPS = 12
const STEP_MS = 15
const LEASE_MS = 300
/** A round that nobody disturbs ends in half a second. */
const PATIENCE_MS = 45_000

/** What one round saw. */
export interface RoundReport {
  readonly blow: Blow
  readonly accepted: number
  /** Writes by a stale fence that were refused. */
  readonly staleRefused: number
  /** Runs that a worker went on with after it had been frozen for longer than its lease, with no rival. */
  readonly thawed: number
  readonly lost: number
  readonly doubled: number
  readonly staleWritten: number
  readonly violations: readonly string[]
}

/** A run in a worker's hands when the worker was frozen, and when it was thawed, in the store's time. */
interface Thaw {
  readonly runId: string
  readonly fence: number
  readonly at: number
}

/** Lets workers finish a few runs while they are struck, then holds the journals against what they were told. */
export async function storeRound(site: Site, seed: number): Promise<RoundReport> {
  const plan = planOf(seed, site.blows)
  const namespace = `round-${seed}`
  const folder = await mkdtemp(join(tmpdir(), 'pawl-faults-'))
  try {
    const ledger = join(folder, 'ledger')
    await writeFile(ledger, '')
    await using store = await persist(() => site.inspect(namespace))
    await using way = await site.openWay(namespace)
    const orders = { config: way.config, ledger, steps: STEPS, stepMs: STEP_MS, leaseMs: LEASE_MS }
    await using crew = new Crew(orders)
    await Promise.all(Array.from({ length: plan.workers }, () => crew.hire()))
    for (let run = 0; run < RUNS; run++) await persist(() => store.open({ ...DEFINITION, key: `run ${run}` }))
    const striker = new Striker({ site, way, store, crew, random: seeded(seed + 1) })
    for (const stroke of plan.strokes) await striker.strike(stroke)
    const end = await finished(store, crew)
    return await report(store, plan.strokes[0]!.blow, readLedger(ledger), striker.thaws, end)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Scene {
  readonly site: Site
  readonly way: Way
  readonly store: StateStore
  readonly crew: Crew
  readonly random: () => number
}

class Striker {
  readonly thaws: Thaw[] = []
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  async strike({ blow, afterMs }: Stroke): Promise<void> {
    const { site, way, crew } = this.#scene
    await sleep(afterMs)
    switch (blow) {
      case 'worker killed':
        await crew.kill(this.#anyWorker())
        return crew.hire()
      case 'backend killed':
        return site.killBackend()
      case 'rest killed':
        return site.killRest()
      case 'connections cut':
        return way.cut()
      case 'answer lost':
        return way.loseAnswer()
      default:
        return this.#freeze(blow === 'frozen, rival')
    }
  }

  #anyWorker(): Member {
    const { crew, random } = this.#scene
    return crew.living[Math.floor(random() * crew.living.length)]!
  }

  /** Stops a worker that holds something for longer than its lease; with a rival, until that one has a run of it. */
  async #freeze(rival: boolean): Promise<void> {
    const { store } = this.#scene
    const worker = this.#anyWorker()
    worker.child.kill('SIGSTOP')
    const { items } = await persist(() => store.runs({ status: 'running' }))
    const its = items.filter((run) => run.worker === worker.name)
    await sleep(LEASE_MS * 1.5)
    if (rival && its.length > 0) await this.#until(async () => (await this.#taken(its)) > 0)
    const at = await persist(() => store.now())
    worker.child.kill('SIGCONT')
    if (!rival) for (const { runId, fence } of its) this.thaws.push({ runId, fence, at })
  }

  async #taken(its: readonly { readonly runId: string; readonly fence: number }[]): Promise<number> {
    const runs = await Promise.all(its.map(({ runId }) => persist(() => this.#scene.store.run(runId))))
    return runs.filter((run, index) => run !== undefined && run.fence > its[index]!.fence).length
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (!(await holds()) && this.#scene.crew.complaints.length === 0 && Date.now() < end) await sleep(20)
  }
}

/** Waits for the end of every run; says what is in the way if that does not come. */
async function finished(store: StateStore, crew: Crew): Promise<readonly string[]> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const { items } = await persist(() => store.runs())
    if (items.length === RUNS && items.every((run) => run.status === 'completed')) return crew.complaints
    if (crew.complaints.length > 0) return crew.complaints
    await sleep(30)
  }
  return [...crew.complaints, `the runs were not finished within ${PATIENCE_MS / 1_000} s: something is lost`]
}

async function report(
  store: StateStore,
  blow: Blow,
  ledger: readonly Line[],
  thaws: readonly Thaw[],
  complaints: readonly string[],
): Promise<RoundReport> {
  const violations = [...complaints]
  let lost = 0
  let doubled = 0
  let staleWritten = 0
  let thawed = 0
  const { items: runs } = await persist(() => store.runs())
  for (const { runId } of runs) {
    const journal = await persist(() => store.journal({ runId }))
    const found = audit(runId, journal, STEPS, ledger)
    lost += found.lost.length
    doubled += found.doubled.length
    staleWritten += found.stale.length
    const all = [...found.lost, ...found.doubled, ...found.stale, ...found.wrong]
    for (const { fence, at } of thaws.filter((thaw) => thaw.runId === runId)) {
      const later = journal.filter((entry) => entry.at >= at)
      if (later.some((entry) => entry.fence === fence)) thawed += 1
      if (later.some((entry) => entry.fence !== fence))
        all.push('its frozen worker lost it, and there was no rival')
    }
    if (all.length > 0) violations.push(`run ${runId}: ${all.join('; ')}`)
  }
  return {
    blow,
    accepted: ledger.filter((line) => line.refused === null).length,
    staleRefused: ledger.filter((line) => line.refused === 'stale_fence').length,
    thawed,
    lost,
    doubled,
    staleWritten,
    violations,
  }
}
