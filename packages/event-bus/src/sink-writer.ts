import { BadOptionError, SinkError, SinkFullError } from './errors.ts'
import type { BusEvent } from './event.ts'
import { type Gap, isGap } from './gap.ts'
import { compilePattern } from './pattern.ts'
import type { EventSink, SinkOptions, SinkOverflow, SinkStats } from './sink.ts'
import { Unread } from './unread.ts'

/** Events in one `append` at most: enough to share an fsync, few enough to be one write. */
const MAX_BATCH = 512
const MAX_RETRY_MS = 30_000
/** After the bus was closed nobody is left to wait for long: then the writer gives up after so many refusals. */
const LAST_TRIES = 3

interface Waiter {
  readonly seq: number
  readonly promise: PromiseWithResolvers<void>
}

/** Brings events to a sink in order, one batch at a time, and again until the sink has acknowledged them. */
export class SinkWriter {
  readonly test: (type: string) => boolean
  readonly #sink: EventSink
  readonly #bufferSize: number
  readonly #overflow: SinkOverflow
  readonly #retryMs: number
  readonly #unread: Unread
  readonly #onFailure: (error: SinkError, first: BusEvent) => void
  #batch: BusEvent[] = []
  /** In the order of `seq`. */
  #waiters: Waiter[] = []
  #waitingPublishers: (() => void)[] = []
  #running: Promise<void> | undefined
  #acknowledged = 0
  #dropped = 0
  #failures = 0
  #closing = false
  /** Ends the pause before the next try. */
  #wake = (): void => {}
  #givenUp: SinkError | undefined

  /** @throws BadOptionError, BadPatternError */
  constructor(
    options: SinkOptions,
    mark: (gap: Gap) => BusEvent,
    onFailure: (error: SinkError, first: BusEvent) => void,
  ) {
    this.test = compilePattern(options.pattern ?? '**')
    this.#sink = options.to
    this.#bufferSize = atLeast('sink.bufferSize', options.bufferSize ?? 8192, 1)
    this.#retryMs = atLeast('sink.retryMs', options.retryMs ?? 250, 0)
    this.#overflow = options.overflow ?? 'wait'
    this.#unread = new Unread([], mark)
    this.#onFailure = onFailure
  }

  get stats(): SinkStats {
    const waiting = this.#held
    return {
      waiting,
      acknowledged: this.#acknowledged,
      dropped: this.#dropped,
      failures: this.#failures,
    }
  }

  /** Must a `publish` wait before it gives its event a number? */
  get mustWait(): boolean {
    return this.#overflow === 'wait' && (this.#isFull || this.#waitingPublishers.length > 0)
  }

  /** Resolves when there is room, in the order of the calls, or when the writer closes. */
  async room(): Promise<void> {
    do await new Promise<void>((proceed) => this.#waitingPublishers.push(proceed))
    while (this.#isFull && !this.#closing)
  }

  /** @throws SinkFullError before the event exists, where the overflow forbids to lose one */
  mustHaveRoom(type: string): void {
    const mayLose = this.#overflow === 'drop-oldest' || this.#overflow === 'drop-newest'
    if (!mayLose && this.#isFull) throw new SinkFullError(type, this.#bufferSize)
  }

  /** Takes an event that has its number. */
  add(event: BusEvent): void {
    if (!this.#isFull) this.#unread.add(event)
    else if (this.#overflow === 'drop-oldest' && this.#unread.size > 0) {
      this.#unread.replaceOldest(event)
      this.#dropped++
    } else {
      this.#unread.refuse(event)
      this.#dropped++
    }
    this.#running ??= this.#run()
  }

  /**
   * Resolves when the sink has acknowledged everything up to this number. Rejects with SinkError when it refused:
   * the events are kept and tried again, but whoever waits need not.
   */
  acknowledged(seq: number): Promise<void> {
    if (this.#givenUp) return Promise.reject(this.#givenUp)
    if (this.#running === undefined) return Promise.resolve()
    const promise = Promise.withResolvers<void>()
    this.#waiters.push({ seq, promise })
    return promise.promise
  }

  /** No more events come. Resolves when all are acknowledged; rejects with SinkError after a few refusals. */
  async close(): Promise<void> {
    this.#closing = true
    this.#wake()
    for (const proceed of this.#waitingPublishers.splice(0)) proceed()
    await this.#running
    if (this.#givenUp) throw this.#givenUp
  }

  get #held(): number {
    return this.#batch.length + this.#unread.size
  }

  get #isFull(): boolean {
    return this.#held >= this.#bufferSize
  }

  async #run(): Promise<void> {
    // Events of one turn travel together.
    await undefined
    let refused = 0
    while (this.#fill() && this.#givenUp === undefined) {
      try {
        await this.#sink.append(this.#batch)
        refused = 0
        this.#settle()
      } catch (cause) {
        refused++
        this.#refuse(cause, refused)
        if (this.#givenUp === undefined) await this.#pause(refused)
      }
    }
    this.#running = undefined
  }

  /** Is there a batch to send? A refused one stays as it was. */
  #fill(): boolean {
    while (this.#batch.length < MAX_BATCH) {
      const event = this.#unread.take()
      if (event === undefined) break
      this.#batch.push(event)
    }
    return this.#batch.length > 0
  }

  #settle(): void {
    const last = this.#batch.at(-1)?.seq ?? 0
    this.#acknowledged += this.#batch.filter((event) => !isGap(event)).length
    this.#batch = []
    const done = this.#waiters.filter(({ seq }) => seq <= last || this.#unread.size === 0)
    this.#waiters = this.#waiters.slice(done.length)
    for (const { promise } of done) promise.resolve()
    for (const proceed of this.#waitingPublishers.splice(0, this.#bufferSize - this.#held)) proceed()
  }

  #refuse(cause: unknown, times: number): void {
    this.#failures++
    const error = new SinkError(this.#held, cause)
    if (this.#closing && times >= LAST_TRIES) this.#givenUp = error
    for (const { promise } of this.#waiters.splice(0)) promise.reject(error)
    const [first] = this.#batch
    if (first) this.#onFailure(error, first)
  }

  #pause(times: number): Promise<void> {
    const ms = Math.min(this.#retryMs * 2 ** (times - 1), MAX_RETRY_MS)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#closing ? Math.min(ms, this.#retryMs) : ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function atLeast(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new BadOptionError(option, `an integer of at least ${least}`, value)
}
