import type { ClaimedRun, Json } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import { type Driven, driveRun, type Taken } from '../drive/drive-run.ts'
import { type DriveParts, Execution } from '../drive/execution.ts'
import { type Question, Questions } from './questions.ts'
import { within } from './rounds.ts'
import type { Settings } from './settings.ts'
import { Strays } from './strays.ts'
import type { Definitions } from './task-definitions.ts'

/** A run that this worker holds since it was opened. */
export interface Opened {
  readonly runId: string
  readonly fence: number
  readonly epoch: number
  readonly version: number
  readonly input: Json
  /** The store's time of the opening. */
  readonly at: number
  /** The trace context of whoever opened it. */
  readonly traceparent: string | undefined
}

/** Of a run that was taken only to be ended: it waits for the request, which is in its inbox. */
const ENDING: AnyWorkflow = {
  type: 'ending',
  version: '1',
  inputSchema: undefined,
  expectedSteps: undefined,
  form: { kind: 'code', run: () => new Promise(() => {}) },
}

/** How long endings may take to be written when the worker stops. */
const LAST_WRITES_MS = 2_000

/**
 * Holds runs: claims what is ready, renews its lease, hears of mail, and gives everything back when it stops. When it does
 * so is told by the {@link Workers} that it is one of.
 */
export class Worker {
  readonly #parts: DriveParts
  readonly #settings: Settings
  readonly #definitions: Definitions
  readonly #held = new Map<string, { readonly execution: Execution; readonly ended: Promise<void> }>()
  readonly #onDriven: (runId: string, driven: Driven) => void
  readonly #strays: Strays
  readonly #questions = new Questions()
  #state: 'new' | 'working' | 'stopped' = 'new'
  #reserved = 0
  #claiming = false
  #claimAgain = false
  #lastClaimAt: number | null = null
  #lastLookAt: number | null = null

  constructor(
    parts: DriveParts,
    settings: Settings,
    definitions: Definitions,
    onDriven: (runId: string, driven: Driven) => void,
  ) {
    this.#parts = parts
    this.#settings = settings
    this.#definitions = definitions
    this.#onDriven = onDriven
    this.#strays = new Strays(parts.store, settings, (runId) => this.holds(runId))
  }

  /** Runs that are held now. */
  get held(): number {
    return this.#held.size
  }

  /** When the store last answered a claim, on this machine's clock. */
  get lastClaimAt(): number | null {
    return this.#lastClaimAt
  }

  /** When it last knew what there is to claim, also if it could run nothing then. */
  get lastLookAt(): number | null {
    return this.#lastLookAt
  }

  holds(runId: string): boolean {
    return this.#held.has(runId)
  }

  /** Whether there is anything that it could run. */
  knowsAny(): boolean {
    return this.#definitions.definitions().length > 0
  }

  /** Whether a run that is opened now may be held at once. */
  hasRoom(): boolean {
    return this.#room() > 0
  }

  /**
   * Keeps a place for a run that is about to be opened; returns what gives the place back, or `undefined` if there
   * is none. Without it, many openings at once would all see the same room.
   */
  reserve(): (() => void) | undefined {
    if (!this.hasRoom()) return undefined
    this.#reserved += 1
    return () => {
      this.#reserved -= 1
    }
  }

  /** To be closed when the store has answered. */
  ask(runId: string): Question {
    return this.#questions.ask(runId)
  }

  /** From now on it may hold runs. */
  open(): void {
    this.#state = 'working'
  }

  /** Claims as many ready runs as there is room for. A call while one is under way makes it look once more. */
  async claim(): Promise<void> {
    if (this.#claiming) {
      this.#claimAgain = true
      return
    }
    this.#claiming = true
    try {
      do {
        this.#claimAgain = false
        if (await this.#claimOnce()) this.#claimAgain = true
      } while (this.#claimAgain && this.hasRoom())
    } catch (cause) {
      this.#warn('CLAIM_FAILED', 'No runs could be claimed; it is tried again.', cause)
    } finally {
      this.#claiming = false
    }
  }

  /**
   * Takes a run that nobody holds, whether its turn has come or not, because somebody asked for its end: the request
   * is in its inbox. Its definition need not be known. A run that is held elsewhere is left there.
   */
  async takeToEnd(runId: string): Promise<void> {
    const { worker, leaseMs } = this.#settings
    const question = this.#questions.ask(runId)
    try {
      const taken = await this.#parts.store.claim({ worker, leaseMs, limit: 1, definitions: [], runId })
      for (const run of taken) this.#takeClaimed(run, ENDING, question)
    } catch (cause) {
      this.#warn(
        'CLAIM_FAILED',
        `Run ${runId} could not be ended at once; it ends when its turn comes.`,
        cause,
      )
    } finally {
      question.close()
    }
  }

  /** Looks for work and for mail: called on a hint that somebody else wrote. */
  look(): void {
    if (this.#state !== 'working') return
    void this.claim()
    if (this.#held.size > 0) void this.heartbeat()
  }

  /** Drives a run that was opened and claimed in one call. */
  takeOpened(workflow: AnyWorkflow, opened: Opened): void {
    const { runId, fence, epoch, version, at } = opened
    const held = { runId, fence, epoch, version, type: workflow.type, worker: this.#settings.worker }
    const execution = new Execution(held, workflow, this.#parts, at)
    this.#drive(execution, {
      fresh: { input: opened.input, traceparent: opened.traceparent },
      recovered: false,
      inbox: 0,
    })
  }

  /** Tells a held run that it has mail; `false` if it is not held here. */
  tellMail(runId: string, inbox: number): boolean {
    const held = this.#held.get(runId)
    if (held === undefined) return false
    void held.execution.mail(inbox)
    return true
  }

  /** Stops a held run whose fence was taken. */
  tellLost(runId: string): void {
    this.#held.get(runId)?.execution.halt({ why: 'lost' })
  }

  /** Takes no more runs, and lets steps under way finish, for `graceMs` at most. Then nothing is driven here any more. */
  async drain(graceMs: number): Promise<void> {
    this.#state = 'stopped'
    const running = [...this.#held.values()]
    for (const { execution } of running) execution.drain()
    await within(this.#parts.ports, graceMs, Promise.all(running.map(({ ended }) => ended)))
    for (const { execution } of running) execution.halt({ why: 'released' })
    // An ending that is being written may take a moment; a store that is gone must not hold the process.
    await within(this.#parts.ports, LAST_WRITES_MS, Promise.all(running.map(({ ended }) => ended)))
    for (const { execution } of running) execution.halt({ why: 'lost' })
  }

  /** Gives every run back, and the lease. Resolves to how many. */
  async release(): Promise<number> {
    try {
      return (await this.#parts.store.release(this.#settings.worker)).released
    } catch (cause) {
      this.#warn('RELEASE_FAILED', 'Runs could not be given back; others take them after the lease.', cause)
      return 0
    }
  }

  /** How many more runs may be held. */
  #room(): number {
    if (this.#state !== 'working') return 0
    return this.#settings.concurrency - this.#held.size - this.#reserved
  }

  async #claimOnce(): Promise<boolean> {
    const room = this.#room()
    // Whoever ends a run then looks.
    if (room <= 0) return true
    const { worker, leaseMs } = this.#settings
    const limit = Math.min(room, 100)
    const definitions = this.#definitions.definitions()
    if (definitions.length === 0) {
      this.#lastLookAt = this.#parts.ports.now()
      return false
    }
    const question = this.#questions.ask()
    try {
      const claimed = await this.#parts.store.claim({ worker, leaseMs, limit, definitions })
      this.#lastClaimAt = this.#lastLookAt = this.#parts.ports.now()
      for (const run of claimed) {
        const workflow = this.#definitions.get(run.type, run.definitionVersion)
        if (workflow !== undefined) this.#takeClaimed(run, workflow, question)
      }
      return claimed.length === limit
    } finally {
      question.close()
    }
  }

  #takeClaimed(claimed: ClaimedRun, workflow: AnyWorkflow, question: Question): void {
    const { runId, type, fence, epoch, version, at } = claimed
    if (question.isLate(runId, fence)) return
    const driven = this.#held.get(runId)?.execution
    // An answer that comes late tells of a claim that is driven already, or of one that is older.
    if (driven !== undefined && driven.run.fence >= fence) return
    // A newer fence of a run that is still held here: the old execution is void.
    this.tellLost(runId)
    const held = { runId, type, fence, epoch, version, worker: this.#settings.worker }
    const execution = new Execution(held, workflow, this.#parts, at)
    this.#drive(execution, { fresh: undefined, recovered: claimed.recovered, inbox: claimed.inbox })
  }

  #drive(execution: Execution, taken: Taken): void {
    const { runId } = execution.run
    const ended = driveRun(execution, taken).then(
      (driven) => this.#settle(execution, driven),
      (cause) => {
        this.#warn(
          'RUN_UNREADABLE',
          `Run ${runId} could not be read; it is claimed again after the lease.`,
          cause,
        )
        this.#settle(execution, { halt: { why: 'lost' } })
      },
    )
    this.#held.set(runId, { execution, ended })
    // Drained from the start: it was claimed while the worker was told to stop.
    if (this.#state === 'stopped') execution.drain()
  }

  #settle(execution: Execution, driven: Driven): void {
    const { runId } = execution.run
    if (this.#held.get(runId)?.execution === execution) this.#held.delete(runId)
    this.#questions.ended(runId, execution.run.fence)
    execution.close()
    if ('halt' in driven && driven.halt.why === 'waiting') {
      const { type: workflow } = execution.run
      const { wakeInMs, signals } = driven.halt
      this.#parts.emit('workflow.waiting', { runId, workflow, wakeInMs, signals })
    }
    this.#onDriven(runId, driven)
    // Only if there may be something: no other batch of the store travels beside a claim.
    if (this.#claimAgain && this.hasRoom()) void this.claim()
  }

  /** Renews the lease, and compares what is held with what the store says. Never rejects. */
  async heartbeat(): Promise<void> {
    const { worker, leaseMs } = this.#settings
    // Who can hold nothing needs no lease.
    if (this.#held.size === 0 && !this.knowsAny()) return
    try {
      const before = new Map([...this.#held].map(([runId, { execution }]) => [runId, execution]))
      const { held } = await this.#parts.store.heartbeat({ worker, leaseMs })
      const fences = new Map(held.map((run) => [run.runId, run]))
      for (const [runId, execution] of before) await this.#compare(execution, fences.get(runId))
      if ((await this.#strays.giveBack(held, this.#parts.ports.now())) > 0) void this.claim()
    } catch (cause) {
      this.#warn('HEARTBEAT_FAILED', 'The lease could not be renewed; it is tried again.', cause)
    }
  }

  async #compare(
    execution: Execution,
    listed: { readonly fence: number; readonly inbox: number } | undefined,
  ): Promise<void> {
    if (execution.ended) return
    const { runId, fence } = execution.run
    // Absent but with its fence untouched (the worker was thought dead): the next commit takes it up again.
    const stored = listed ?? (await this.#parts.store.run(runId))
    if (stored === undefined) return
    if (stored.fence !== fence) execution.halt({ why: 'lost' })
    else void execution.mail(stored.inbox)
  }

  #warn(code: string, message: string, cause: unknown): void {
    this.#parts.emit('runtime.warning', { code, message, cause })
  }
}
