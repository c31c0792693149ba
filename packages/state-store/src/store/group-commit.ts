import { StateStoreError } from '../contract/errors.ts'
import type { Engine, Outcome } from '../engine/engine.ts'
import type { WriteOperation, WriteResults } from '../engine/writes.ts'

/** The most operations, and the most payload text, that travel in one transaction. */
const MAX_BATCH = 500
const MAX_BATCH_LENGTH = 8 * 1024 * 1024

/**
 * An engine that keeps the order may be sent a second batch while the first is under way, so that neither side
 * waits for the other. Below this many operations it does not pay: they had better share one fsync. Measured with
 * 200 runs at once on one disk: one batch of 200 at a time 62,000 commits/s, two of 100 in turn 75,000.
 */
const MIN_SECOND_BATCH = 50

interface Waiting {
  readonly operation: WriteOperation
  readonly length: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Something that travels with a batch, and that nobody waits for. */
export interface Rider {
  /** Asked when a batch leaves: what goes with it, if anything. */
  readonly board: () => WriteOperation | undefined
  /** What became of it. */
  readonly left?: (outcome: Outcome) => void
}

/**
 * Group commit: operations issued while a batch is in flight travel together in the next one. One run alone
 * pays one transaction a step; many at once share it. Order of issue is order of execution.
 */
export class GroupCommit {
  readonly #engine: Pick<Engine, 'write' | 'keepsOrder'>
  #queue: Waiting[] = []
  #inFlight = 0
  #scheduled = false
  #closed = false
  #idle: (() => void)[] = []
  #later: Rider[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
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
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#start(), this.#laterMs)
      // Only known inside Node; what is not sent at exit is sent again by the outbox sweep.
      ;(this.#timer as { unref?: () => void }).unref?.()
    }
  }

  /** Resolves when everything added before was answered. */
  drained(): Promise<void> {
    if (!this.#isBusy()) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Takes nothing more, and waits for what it has. */
  close(): Promise<void> {
    this.#closed = true
    if (this.#later.length > 0 && !this.#isBusy()) this.#start()
    return this.drained()
  }

  #isBusy(): boolean {
    return this.#scheduled || this.#inFlight > 0
  }

  #mayStart(): boolean {
    if (this.#inFlight === 0) return true
    return this.#engine.keepsOrder && this.#inFlight === 1 && this.#queue.length >= MIN_SECOND_BATCH
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
    while ((this.#queue.length > 0 || this.#later.length > 0) && this.#mayStart()) this.#send()
    if (this.#isBusy()) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  #send(): void {
    const batch = this.#takeBatch()
    const operations = batch.map((waiting) => waiting.operation)
    const riders = this.#boardInto(operations)
    if (operations.length === 0) return
    this.#inFlight += 1
    this.#engine.write(operations).then(
      (outcomes) => {
        settle(batch, outcomes)
        riders.forEach((rider, index) => {
          rider.left?.(outcomes[batch.length + index]!)
        })
        this.#landed()
      },
      (error: unknown) => {
        for (const waiting of batch) waiting.reject(error)
        for (const rider of riders) rider.left?.({ ok: false, error })
        this.#landed()
      },
    )
  }

  /** Lets riders board; answers those that have something to send, in the order of their operations. */
  #boardInto(operations: WriteOperation[]): readonly Rider[] {
    return this.#later.splice(0, MAX_BATCH).filter((rider) => {
      const operation = rider.board()
      if (operation !== undefined) operations.push(operation)
      return operation !== undefined
    })
  }

  #landed(): void {
    this.#inFlight -= 1
    this.#start()
  }

  #takeBatch(): readonly Waiting[] {
    const most = this.#engine.keepsOrder ? halfOf(this.#queue.length) : MAX_BATCH
    let count = 0
    let length = 0
    for (const waiting of this.#queue) {
      if (count === most || (count > 0 && length + waiting.length > MAX_BATCH_LENGTH)) break
      count += 1
      length += waiting.length
    }
    return this.#queue.splice(0, count)
  }
}

/** Half of what waits, if both halves are worth a transaction. */
const halfOf = (waiting: number): number =>
  waiting < 2 * MIN_SECOND_BATCH ? MAX_BATCH : Math.min(MAX_BATCH, Math.ceil(waiting / 2))

function settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  batch.forEach((waiting, index) => {
    const outcome = outcomes[index]!
    if (outcome.ok) waiting.resolve(outcome.value)
    else waiting.reject(outcome.error)
  })
}

export const closedError = (): StateStoreError =>
  new StateStoreError('STORE_CLOSED', 'The store is closed. Open a new one.')
