import type { BusEvent } from '../event.ts'
import { type Gap, gapEvent } from '../gap.ts'
import { BufferedStream, type EventStream, type StreamOptions } from '../stream.ts'
import type { Position } from '../wire/message.ts'

export interface SubscribeOptions extends Pick<StreamOptions, 'signal' | 'bufferSize'> {
  /**
   * `kept` (default): whatever the server still holds, then live. `now`: only what comes. A position: everything behind
   * it, for a page that was reloaded and remembers how far it was.
   */
  readonly from?: Position | 'kept' | 'now' | undefined
}

/** The events of one job as an async iterable. Each comes once, in order; what is missing stands there as a gap. */
export interface Subscription<Item> extends EventStream<Item> {
  readonly job: string
  /** How far it was read: a subscription `from` here goes on behind it. Nothing before the server said anything. */
  readonly position: Position | undefined
  [Symbol.asyncIterator](): Subscription<Item>
}

/** Takes what arrives for one reader, drops what arrives twice, and remembers how far it got. */
export class JobReader implements Subscription<BusEvent> {
  readonly job: string
  readonly #stream: BufferedStream
  #received: Position | undefined
  #read: Position | undefined
  #startsNow: boolean
  /** Set when the server has sent everything that was kept. */
  #live = false

  constructor(
    job: string,
    { from = 'kept', ...options }: SubscribeOptions,
    onEnd: (reader: JobReader) => void,
  ) {
    this.job = job
    this.#startsNow = from === 'now'
    this.#received = typeof from === 'string' ? undefined : from
    this.#read = this.#received
    const mark = (gap: Gap): BusEvent => gapEvent(this.#received?.bus ?? '', gap, Date.now())
    const setup = { pattern: job, test: () => true, backlog: [], mark, detach: () => onEnd(this) }
    this.#stream = new BufferedStream(setup, { bufferSize: 10_000, ...definedOf(options) })
  }

  get open(): boolean {
    return this.#stream.open
  }

  get position(): Position | undefined {
    return this.#stream.unread === 0 ? this.#received : this.#read
  }

  /** What to ask the server for; nothing means whatever is kept. */
  get after(): Position | undefined {
    return this.#received
  }

  /** A connection was opened, to a bus whose newest event is `at`. */
  onHello(bus: string, at: number): void {
    this.#live = false
    if (!this.#startsNow) return
    this.#startsNow = false
    this.#received ??= { bus, seq: at }
  }

  onEvent(bus: string, event: BusEvent): void {
    this.#adopt(bus, event.seq - 1)
    if (this.#has(bus, event.seq)) return
    this.#received = { bus, seq: event.seq }
    void this.#stream.push(event, false)
  }

  onGap(bus: string, gap: Gap, timestamp: number): void {
    this.#adopt(bus, gap.to)
    const last = this.#received?.seq
    if (this.#has(bus, gap.to)) return
    this.#received = { bus, seq: gap.to }
    // Who has not begun yet asked for whatever is kept, and misses nothing that no longer is.
    if (last === undefined && gap.reason !== 'overflow' && gap.reason !== 'not-json') return
    const reason = gap.reason === 'restarted' ? 'expired' : gap.reason
    this.#pushGap(bus, { ...gap, reason, from: Math.max(gap.from, (last ?? 0) + 1) }, timestamp)
  }

  onSubscribed(bus: string, at: number): void {
    this.#adopt(bus, at)
    this.#live = true
    this.onBeat(bus, at)
  }

  /** Everything up to here has arrived: a reconnection need not ask for it. */
  onBeat(bus: string, at: number): void {
    if (this.#live && !this.#has(bus, at)) this.#received = { bus, seq: at }
  }

  /** Ends it after what is buffered. */
  end(): void {
    this.#stream.finish()
  }

  /** Ends it after what is buffered, with an error. */
  fail(error: Error): void {
    this.#stream.finish(error)
  }

  async next(): Promise<IteratorResult<BusEvent, undefined>> {
    const step = await this.#stream.next()
    if (step.done) return step
    this.#read = { bus: busOf(step.value), seq: step.value.seq }
    return step
  }

  async return(): Promise<IteratorResult<BusEvent, undefined>> {
    this.close()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  close(): void {
    this.#stream.close()
  }

  /** The numbers of another bus begin anew: whatever it emitted before `before` may be missing. */
  #adopt(bus: string, before: number): void {
    if (this.#received === undefined || this.#received.bus === bus) return
    this.#received = { bus, seq: before }
    this.#pushGap(bus, { reason: 'restarted', from: 0, to: before, dropped: null }, Date.now())
  }

  #pushGap(bus: string, gap: Gap, timestamp: number): void {
    void this.#stream.push(gapEvent(bus, gap, timestamp), false)
  }

  #has(bus: string, seq: number): boolean {
    return this.#received?.bus === bus && seq <= this.#received.seq
  }
}

/** An event's id is its bus and its number. */
const busOf = ({ id }: BusEvent): string => id.replace(/:(?:gap:\d+-\d+|\d+)$/, '')

const definedOf = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
