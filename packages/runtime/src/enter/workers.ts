import type { StateStore } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import type { Claims } from '../leave/health.ts'
import type { Question } from './questions.ts'
import { Rounds } from './rounds.ts'
import type { Settings } from './settings.ts'
import type { Opened, Worker } from './worker.ts'

interface WorkersParts {
  readonly store: StateStore
  readonly ports: Ports
  readonly settings: Settings
}

/** A claim is asked for by so many timers at most; the sweep finds what they do not. */
const MOST_ALARMS = 10_000

/** A timer may fire a moment before the store thinks that the time has come. */
const ALARM_LATE_MS = 5

/**
 * The workers of a process: one for runs, and one for the queue of tasks, if this process works on it. Each has a name, a
 * lease and room of its own, so that a full queue leaves workflows their places, and the other way round.
 */
export class Workers {
  readonly #runs: Worker
  readonly #tasks: Worker | undefined
  readonly #all: readonly Worker[]
  readonly #store: StateStore
  readonly #settings: Settings
  readonly #ports: Ports
  readonly #rounds: Rounds
  readonly #alarms = new Set<() => void>()
  #stopWatching: () => void = () => {}

  constructor(runs: Worker, tasks: Worker | undefined, parts: WorkersParts) {
    this.#runs = runs
    this.#tasks = tasks
    this.#all = tasks === undefined ? [runs] : [runs, tasks]
    this.#store = parts.store
    this.#settings = parts.settings
    this.#ports = parts.ports
    this.#rounds = new Rounds(parts.ports)
  }

  /** Runs and tasks that are held now. */
  get held(): number {
    return this.#all.reduce((sum, { held }) => sum + held, 0)
  }

  /** When the store last answered a claim, on this machine's clock. */
  get lastClaimAt(): number | null {
    const times = this.#all.flatMap(({ lastClaimAt }) => lastClaimAt ?? [])
    return times.length === 0 ? null : Math.max(...times)
  }

  /** How each of them does that has something to claim: one that is stuck must not hide behind the other. */
  get claims(): readonly Claims[] {
    const claiming = this.#all.filter((worker) => worker.knowsAny())
    return claiming.map((worker) => ({
      lastClaimAt: worker.lastLookAt,
      hasRoom: worker.hasRoom(),
      held: worker.held,
    }))
  }

  holds(runId: string): boolean {
    return this.#all.some((worker) => worker.holds(runId))
  }

  /** A place for a run that is about to be opened here; see {@link Worker.reserve}. */
  reserve(): (() => void) | undefined {
    return this.#runs.reserve()
  }

  /** A question about a run that is about to be opened here; see {@link Worker.ask}. */
  ask(runId: string): Question {
    return this.#runs.ask(runId)
  }

  takeOpened(workflow: AnyWorkflow, opened: Opened): void {
    this.#runs.takeOpened(workflow, opened)
  }

  /** Takes a run that nobody holds, to end it as somebody asked; see {@link Worker.takeToEnd}. */
  takeToEnd(runId: string): Promise<void> {
    return this.#runs.takeToEnd(runId)
  }

  tellMail(runId: string, inbox: number): boolean {
    return this.#all.some((worker) => worker.tellMail(runId, inbox))
  }

  tellLost(runId: string): void {
    for (const worker of this.#all) worker.tellLost(runId)
  }

  async claim(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.claim()))
  }

  /** Claims from the queue once the delay of a task is over, if this process works on it. Nothing rests on it. */
  claimTasksIn(ms: number): void {
    const tasks = this.#tasks
    if (tasks === undefined || this.#alarms.size >= MOST_ALARMS) return
    const ring = () => {
      this.#alarms.delete(cancel)
      void tasks.claim()
    }
    const cancel = this.#ports.setTimer(ring, ms + ALARM_LATE_MS, { background: true })
    this.#alarms.add(cancel)
  }

  /** Nothing rests on a wake-up: a slow sweep finds what nobody told of. */
  async start(): Promise<void> {
    for (const worker of this.#all) worker.open()
    const { leaseMs, sweepMs } = this.#settings
    await Promise.all(this.#all.map((worker) => worker.heartbeat()))
    this.#rounds.every(leaseMs / 3, () => this.#together((worker) => worker.heartbeat()))
    this.#rounds.every(sweepMs, () => this.#together((worker) => worker.claim()))
    this.#stopWatching = this.#store.watch(() => {
      for (const worker of this.#all) worker.look()
    })
    await this.claim()
  }

  /** Renews the leases until nothing is held any more. Resolves to how many runs and tasks were given back. */
  async stop(graceMs: number): Promise<number> {
    this.#stopWatching()
    for (const cancel of this.#alarms) cancel()
    this.#alarms.clear()
    await Promise.all(this.#all.map((worker) => worker.drain(graceMs)))
    this.#rounds.stop()
    const released = await Promise.all(this.#all.map((worker) => worker.release()))
    return released.reduce((sum, count) => sum + count, 0)
  }

  /**
   * Lets all of them ask in one turn, so that their questions travel to the store in one batch. Ends with the first: one
   * that is stuck must not keep the other from its next round.
   */
  #together(work: (worker: Worker) => Promise<void>): Promise<void> {
    return Promise.race(this.#all.map(work))
  }
}
