import { BadOptionError, StreamOverflowError } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { Gap } from './gap.ts'
import { Unread } from './unread.ts'

/**
 * What happens when a stream's buffer is full:
 * - `drop-oldest` (default): the oldest unread event goes, a gap marker takes its place
 * - `drop-newest`: new events are refused until there is room; a gap marker stands where they would have been
 * - `error`: what is buffered can still be read, then the iteration throws StreamOverflowError
 * - `wait`: `publish` does not resolve until there is room; an `emit`, which cannot wait, acts as `drop-newest`
 */
export type Overflow = 'drop-oldest' | 'drop-newest' | 'error' | 'wait'

export interface StreamOptions {
  /** Ends the iteration quietly; what was buffered is discarded. */
  readonly signal?: AbortSignal | undefined
  /** Start with this `seq` from the replay ring, then go on live. Default: only what comes from now on. */
  readonly from?: number | undefined
  /** Unread events held at most, not counting what the ring replays at the start. Default 1024. */
  readonly bufferSize?: number | undefined
  readonly overflow?: Overflow | undefined
}

/** A running stream. Leaving a `for await` closes it; so do `close()` and `await using`. */
export interface EventStream<Item> extends AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  [Symbol.asyncIterator](): EventStream<Item>
  /** Ends it and frees its buffer. A second call does nothing. */
  close(): void
}

/** What a stream is made of: which events, what the ring replays, and its way back to the bus. */
export interface StreamSetup {
  readonly pattern: string
  readonly test: (type: string) => boolean
  readonly backlog: BusEvent[]
  readonly mark: (gap: Gap) => BusEvent
  readonly detach: (stream: BufferedStream) => void
}

type Reader = PromiseWithResolvers<IteratorResult<BusEvent, undefined>>

const DONE: IteratorResult<BusEvent, undefined> = { value: undefined, done: true }

/** A bounded buffer between a bus that does not wait and a reader that takes its time. */
export class BufferedStream implements EventStream<BusEvent> {
  readonly test: (type: string) => boolean
  readonly #setup: StreamSetup
  readonly #bufferSize: number
  readonly #overflow: Overflow
  readonly #signal: AbortSignal | undefined
  readonly #unread: Unread
  #readers: Reader[] = []
  #waitingPublishers: (() => void)[] = []
  #state: 'open' | 'ending' | 'ended' = 'open'
  #failure: Error | undefined

  /** @throws BadOptionError */
  constructor(setup: StreamSetup, options: StreamOptions) {
    this.test = setup.test
    this.#setup = setup
    this.#bufferSize = checkedSize(options.bufferSize ?? 1024)
    this.#overflow = options.overflow ?? 'drop-oldest'
    this.#unread = new Unread(setup.backlog, setup.mark)
    this.#signal = options.signal
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (this.#signal?.aborted) this.close()
  }

  /** Does it still take events? */
  get open(): boolean {
    return this.#state === 'open'
  }

  /** Events and markers that were taken and not read. */
  get unread(): number {
    return this.#unread.size
  }

  /** Takes an event. With `canWait` the answer is a promise when the reader must catch up first. */
  push(event: BusEvent, canWait: boolean): Promise<void> | undefined {
    if (this.#state !== 'open') return undefined
    const reader = this.#readers.shift()
    if (reader) reader.resolve({ value: event, done: false })
    else if (this.#unread.size < this.#bufferSize) this.#unread.add(event)
    else return this.#overflowed(event, canWait)
    return undefined
  }

  async next(): Promise<IteratorResult<BusEvent, undefined>> {
    const event = this.#unread.take()
    if (event) {
      if (this.#unread.size <= this.#bufferSize) this.#letPublishersGo()
      return { value: event, done: false }
    }
    const failure = this.#failure
    if (this.#state === 'ending') this.close()
    if (failure) throw failure
    if (this.#state === 'ended') return DONE
    const reader: Reader = Promise.withResolvers()
    this.#readers.push(reader)
    return reader.promise
  }

  async return(): Promise<IteratorResult<BusEvent, undefined>> {
    this.close()
    return DONE
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  close(): void {
    this.finish()
    this.#unread.clear()
    this.#failure = undefined
    this.#state = 'ended'
  }

  /** No more events come, but what is buffered can still be read. With a failure, that is thrown at the end. */
  finish(failure?: Error): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.#failure = failure
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#setup.detach(this)
    const [first, ...others] = this.#readers.splice(0)
    if (first && failure) {
      this.#failure = undefined
      first.reject(failure)
    } else first?.resolve(DONE)
    for (const reader of others) reader.resolve(DONE)
    this.#letPublishersGo()
  }

  #onAbort = (): void => this.close()

  #letPublishersGo(): void {
    for (const proceed of this.#waitingPublishers.splice(0)) proceed()
  }

  #overflowed(event: BusEvent, canWait: boolean): Promise<void> | undefined {
    if (this.#overflow === 'wait' && canWait) {
      this.#unread.add(event)
      return new Promise((proceed) => this.#waitingPublishers.push(proceed))
    }
    if (this.#overflow === 'error') {
      this.finish(new StreamOverflowError(this.#setup.pattern, this.#bufferSize, event.seq))
    } else if (this.#overflow === 'drop-oldest') this.#unread.replaceOldest(event)
    else this.#unread.refuse(event)
    return undefined
  }
}

function checkedSize(size: number): number {
  if (!Number.isInteger(size) || size < 1)
    throw new BadOptionError('bufferSize', 'an integer of at least 1', size)
  return size
}
