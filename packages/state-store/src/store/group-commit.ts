import { StateStoreError } from '../contract/errors.ts'
import type { Outcome, WriteOperation, WriteResults } from '../engine/operations.ts'

/** The most operations, and the most payload text, that travel in one transaction. */
const MAX_BATCH = 500
const MAX_BATCH_LENGTH = 8 * 1024 * 1024

interface Waiting {
  readonly operation: WriteOperation
  readonly length: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: operations issued while a batch is in flight travel together in the next one. One run alone
 * pays one transaction a step; many at once share it. Order of issue is order of execution.
 */
export class GroupCommit {
  readonly #write: (batch: readonly WriteOperation[]) => Promise<readonly Outcome[]>
  #queue: Waiting[] = []
  #sending = false
  #closed = false
  #idle: (() => void)[] = []
  #later: WriteOperation[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #laterMs: number

  /** `laterMs` is how long {@link later} waits for a batch to travel with. */
  constructor(write: (batch: readonly WriteOperation[]) => Promise<readonly Outcome[]>, laterMs: number) {
    this.#write = write
    this.#laterMs = laterMs
  }

  /** Resolves with the operation's own result once the batch is durable. `length` is its text's length. */
  add<O extends WriteOperation>(operation: O, length = 0): Promise<WriteResults[O['op']]> {
    if (this.#closed) return Promise.reject(closedError())
    return new Promise<WriteResults[O['op']]>((resolve, reject) => {
      this.#queue.push({ operation, length, resolve: resolve as (value: unknown) => void, reject })
      if (!this.#sending) this.#start()
    })
  }

  /** Sends an operation that nobody waits for with the next batch, or alone after a while. */
  later(operation: WriteOperation): void {
    if (this.#closed) return
    this.#later.push(operation)
    if (this.#sending) return
    if (this.#laterMs === 0) this.#start()
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#start(), this.#laterMs)
      // Only known inside Node; what is not sent at exit is sent again by the outbox sweep.
      ;(this.#timer as { unref?: () => void }).unref?.()
    }
  }

  /** Resolves when everything added before was answered. */
  drained(): Promise<void> {
    if (!this.#sending) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Takes nothing more, and waits for what it has. */
  close(): Promise<void> {
    this.#closed = true
    if (this.#later.length > 0 && !this.#sending) this.#start()
    return this.drained()
  }

  #start(): void {
    if (this.#sending) return
    this.#sending = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    // Everything issued in the same turn of the event loop's microtasks joins the first batch.
    queueMicrotask(() => void this.#sendAll())
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0 || this.#later.length > 0) {
      const unwaited = this.#later.splice(0, MAX_BATCH)
      await this.#send(this.#takeBatch(), unwaited)
    }
    this.#sending = false
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  #takeBatch(): readonly Waiting[] {
    let count = 0
    let length = 0
    for (const waiting of this.#queue) {
      if (count === MAX_BATCH || (count > 0 && length + waiting.length > MAX_BATCH_LENGTH)) break
      count += 1
      length += waiting.length
    }
    return this.#queue.splice(0, count)
  }

  async #send(batch: readonly Waiting[], unwaited: readonly WriteOperation[]): Promise<void> {
    try {
      const outcomes = await this.#write([...batch.map((waiting) => waiting.operation), ...unwaited])
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index]!
        if (outcome.ok) waiting.resolve(outcome.value)
        else waiting.reject(outcome.error)
      })
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
  }
}

export const closedError = (): StateStoreError =>
  new StateStoreError('STORE_CLOSED', 'The store is closed. Open a new one.')
