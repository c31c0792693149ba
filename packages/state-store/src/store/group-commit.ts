import { StateStoreError } from '../contract/errors.ts'
import type { Engine, Outcome } from '../engine/engine.ts'
import { Subjects } from '../engine/subjects.ts'
import type { CommitResult, WriteOperation, WriteResults } from '../engine/writes.ts'
import { Confirmations } from './confirmations.ts'
import { takeBeside, takeFront, type Waiting } from './waiting.ts'

/** The most operations, and the most payload text, that travel in one transaction. */
const MAX_BATCH = 500
const MAX_BATCH_LENGTH = 8 * 1024 * 1024

/**
 * A second batch may be sent while the first is under way, so that neither side waits for the other. Below this many
 * operations it does not pay: they had better share one fsync. Measured with 200 runs at once on one disk: one batch of
 * 200 at a time 62,000 commits/s, two of 100 in turn 75,000.
 */
const MIN_SECOND_BATCH = 50

/** Confirmations that travel by themselves in one batch at most: who waits for the batch does not wait for many of them. */
const MAX_CONFIRMATIONS = 100

interface Batch {
  readonly waiting: readonly Waiting[]
  /** What it is about, if another batch may overtake it. */
  readonly subjects: Subjects
}

/** Something that travels with a batch, and that nobody waits for. */
export interface Rider {
  /** Asked when a batch leaves: what goes with it, if anything. */
  readonly board: () => WriteOperation | undefined
  /** The run that it is about: it keeps its place towards other operations of that run. */
  readonly runId?: string
  /** What became of it. */
  readonly left?: (outcome: Outcome) => void
}

/**
 * Group commit: operations issued while a batch is in flight travel together in the next one. One run alone
 * pays one transaction a step; many at once share it. Order of issue is order of execution: an engine that may let a
 * batch overtake another gets a second one only of operations that do not meet those under way, nor one passed over.
 */
export class GroupCommit {
  readonly #engine: Pick<Engine, 'write' | 'keepsOrder'>
  #queue: Waiting[] = []
  readonly #inFlight = new Set<Batch>()
  /** How long the queue was when nothing in it could travel beside what is in flight. */
  #blocked = 0
  #scheduled = false
  #closed = false
  #idle: (() => void)[] = []
  #later: Rider[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #confirmations = new Confirmations()
  #confirmTimer: ReturnType<typeof setTimeout> | undefined
  /** How many confirmations have waited long enough. */
  #overdue = 0
  readonly #laterMs: number

  /** `laterMs` is how long {@link later} waits for a batch to travel with. */
  constructor(engine: Pick<Engine, 'write' | 'keepsOrder'>, laterMs: number) {
    this.#engine = engine
    this.#laterMs = laterMs
  }

  /** Resolves with the operation's own result once the batch is durable. `length` is its text's length. */
  add<O extends WriteOperation>(operation: O, length = 0): Promise<WriteResults[O['op']]> {
    if (this.#closed) return Promise.reject(closedError())
    return new Promise<WriteResults[O['op']]>((resolve, reject) => {
      this.#queue.push({ operation, length, resolve: resolve as (value: unknown) => void, reject })
      if (!this.#scheduled && this.#mayStart()) this.#start()
    })
  }

  /** Sends an operation that nobody waits for with the next batch, or alone after a while. */
  later(rider: Rider): void {
    if (this.#closed) return
    this.#later.push(rider)
    if (this.#isBusy()) return
    if (this.#laterMs === 0) this.#start()
    else this.#timer ??= background(() => this.#start(), this.#laterMs)
  }

  /** Sends a confirmation with the next commit of its run, or by itself after a while. */
  confirm(runId: string, version: number): void {
    if (this.#closed) return
    this.#confirmations.add(runId, version)
    if (this.#laterMs === 0) this.#sendConfirmations()
    else this.#confirmTimer ??= background(() => this.#sendConfirmations(), this.#laterMs)
  }

  /** Resolves when everything added before was answered. */
  drained(): Promise<void> {
    if (!this.#isBusy()) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Takes nothing more, and waits for what it has. */
  close(): Promise<void> {
    this.#sendConfirmations()
    this.#closed = true
    return this.drained()
  }

  #sendConfirmations(): void {
    clearTimeout(this.#confirmTimer)
    this.#confirmTimer = undefined
    this.#overdue = this.#confirmations.size
    if (this.#hasRiders() && !this.#isBusy()) this.#start()
  }

  /** A large batch leaves those that may wait to the commits of their own runs. */
  #boardConfirmations(operations: WriteOperation[]): void {
    this.#confirmations.joinInto(operations)
    const most = operations.length < MIN_SECOND_BATCH ? MAX_CONFIRMATIONS : this.#overdue
    const taken = this.#confirmations.take(Math.min(most, MAX_CONFIRMATIONS))
    this.#overdue = Math.min(Math.max(0, this.#overdue - taken.length), this.#confirmations.size)
    for (const operation of taken) this.#later.push({ runId: operation.runId, board: () => operation })
  }

  #hasRiders(): boolean {
    return this.#later.length > 0 || this.#overdue > 0
  }

  #isBusy(): boolean {
    return this.#scheduled || this.#inFlight.size > 0
  }

  #mayStart(): boolean {
    if (this.#inFlight.size === 0) return true
    return this.#inFlight.size === 1 && this.#queue.length - this.#blocked >= MIN_SECOND_BATCH
  }

  #start(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    // Everything issued in the same turn of the event loop's microtasks joins the first batch.
    queueMicrotask(() => {
      this.#scheduled = false
      this.#sendReady()
    })
  }

  #sendReady(): void {
    while ((this.#queue.length > 0 || this.#hasRiders()) && this.#mayStart()) this.#send()
    if (this.#isBusy()) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  #send(): void {
    const batch = this.#takeBatch()
    if (batch === undefined) return
    const { waiting, subjects } = batch
    const operations = waiting.map(({ operation }) => operation)
    this.#boardConfirmations(operations)
    const riders = this.#boardInto(operations, subjects)
    if (operations.length === 0) return
    this.#inFlight.add(batch)
    this.#engine.write(operations).then(
      (outcomes) => {
        settle(waiting, outcomes)
        this.#confirmRefused(operations, outcomes)
        riders.forEach((rider, index) => {
          rider.left?.(outcomes[waiting.length + index]!)
        })
        this.#landed(batch)
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error)
        for (const rider of riders) rider.left?.({ ok: false, error })
        this.#landed(batch)
      },
    )
  }

  /** A commit that was refused took nothing along. */
  #confirmRefused(operations: readonly WriteOperation[], outcomes: readonly Outcome[]): void {
    operations.forEach((operation, place) => {
      if (operation.op !== 'commit' || operation.sent === 0) return
      const outcome = outcomes[place]!
      if (outcome.ok && (outcome.value as CommitResult).ok) return
      const { runId, sent: version } = operation
      this.later({ runId, board: () => ({ op: 'confirm', runId, version }) })
    })
  }

  /** Lets riders board; answers those that have something to send, in the order of their operations. */
  #boardInto(operations: WriteOperation[], subjects: Subjects): readonly Rider[] {
    const others = [...this.#inFlight]
    const boarded: Rider[] = []
    const waiting = this.#later
    // Who boards may ask for the next ride at once.
    this.#later = []
    for (const rider of waiting) {
      const { runId } = rider
      const mustWait = runId !== undefined && others.some((batch) => batch.subjects.meetRun(runId))
      if (mustWait || boarded.length === MAX_BATCH) {
        this.#later.push(rider)
        continue
      }
      const operation = rider.board()
      if (operation === undefined) continue
      operations.push(operation)
      subjects.add(operation)
      boarded.push(rider)
    }
    return boarded
  }

  #landed(batch: Batch): void {
    this.#inFlight.delete(batch)
    this.#blocked = 0
    this.#start()
  }

  #takeBatch(): Batch | undefined {
    const [first] = this.#inFlight
    const isBeside = first !== undefined && !this.#engine.keepsOrder
    const { taken, left } = isBeside
      ? takeBeside(this.#queue, first.subjects, { count: MAX_BATCH, length: MAX_BATCH_LENGTH })
      : takeFront(this.#queue, { count: halfOf(this.#queue.length), length: MAX_BATCH_LENGTH })
    if (isBeside && taken.length < MIN_SECOND_BATCH) {
      this.#blocked = this.#queue.length
      return undefined
    }
    this.#queue = left
    return { waiting: taken, subjects: this.#subjectsOf(taken) }
  }

  #subjectsOf(waiting: readonly Waiting[]): Subjects {
    const subjects = new Subjects()
    if (!this.#engine.keepsOrder) for (const { operation } of waiting) subjects.add(operation)
    return subjects
  }
}

/** Half of what waits, if both halves are worth a transaction. */
const halfOf = (waiting: number): number =>
  waiting < 2 * MIN_SECOND_BATCH ? MAX_BATCH : Math.min(MAX_BATCH, Math.ceil(waiting / 2))

/** Only known inside Node; what is not sent at exit is sent again by the outbox sweep. */
function background(run: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, ms)
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}

function settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  batch.forEach((waiting, index) => {
    const outcome = outcomes[index]!
    if (outcome.ok) waiting.resolve(outcome.value)
    else waiting.reject(outcome.error)
  })
}

export const closedError = (): StateStoreError =>
  new StateStoreError('STORE_CLOSED', 'The store is closed. Open a new one.')
