import { Dispatcher } from './dispatcher.ts'
import { BadOptionError, BusClosedError, ReservedTypeError } from './errors.ts'
import { type BusEvent, EmittedEvent, type EventMeta, NO_META } from './event.ts'
import type {
  EventBus,
  EventBusOptions,
  EventBusStats,
  Listener,
  ListenOptions,
  Published,
  ReplayOptions,
} from './event-bus.ts'
import { GAP, type Gap, gapEvent } from './gap.ts'
import type { Hooks } from './hooks.ts'
import type { Outcome } from './listener-table.ts'
import { compilePattern } from './pattern.ts'
import { type Draft, type Pipe, piped } from './pipe.ts'
import { ReplayRing } from './replay-ring.ts'
import { SinkWriter } from './sink-writer.ts'
import { BufferedStream, type StreamOptions } from './stream.ts'
import { type WaitOptions, Waits } from './wait.ts'

/**
 * Makes an event bus.
 * @example
 * const bus = createEventBus<{ 'job.done': { id: string } }>()
 * bus.on('job.*', (event) => show(event.payload.id))
 * bus.emit('job.done', { id: 'a' })
 * @throws BadOptionError
 */
export function createEventBus<Events extends object>(options: EventBusOptions = {}): EventBus<Events> {
  // The class works on plain names; the interface adds the types of the event map, which do not exist at run time.
  return new InProcessBus(options) as unknown as EventBus<Events>
}

class InProcessBus {
  readonly id: string
  readonly #now: () => number
  readonly #ring: ReplayRing
  readonly #dispatcher: Dispatcher
  readonly #sink: SinkWriter | undefined
  readonly #waits = new Waits()
  /** Replaced, never changed in place, so that a dispatch in progress keeps its own list. */
  #streams: readonly BufferedStream[] = []
  #pipes: readonly Pipe[] = []
  #lastSeq = 0
  #dropped = 0
  #closed = false

  constructor(options: EventBusOptions) {
    this.id = options.id ?? globalThis.crypto.randomUUID()
    this.#now = options.now ?? Date.now
    this.#dispatcher = new Dispatcher(
      options.onError,
      checkedCount('maxChained', options.maxChained ?? 10_000, 1),
    )
    this.#ring = new ReplayRing(checkedCount('replay', options.replay ?? 1024, 0))
    this.#sink = options.sink && this.#writerFor(options.sink)
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  on(pattern: string, listener: Listener<BusEvent>, options: ListenOptions = {}): () => void {
    this.#mustBeOpen('listen')
    return this.#dispatcher.listen(pattern, listener, options)
  }

  once(type: string, options: { signal?: AbortSignal | undefined } = {}): Promise<BusEvent> {
    return this.waitFor(type, options)
  }

  async waitFor(pattern: string, options: WaitOptions<BusEvent> = {}): Promise<BusEvent> {
    this.#mustBeOpen(`wait for "${pattern}"`)
    options.signal?.throwIfAborted()
    return this.#waits.start(pattern, options, (offer) => this.on(pattern, offer))
  }

  emit(type: string, payload?: unknown, meta?: EventMeta): BusEvent | undefined {
    const event = this.#accept(type, payload, meta)
    if (event === undefined) return undefined
    for (const stream of this.#streams) if (stream.test(type)) stream.push(event, false)
    this.#dispatcher.dispatch(event, undefined)
    return event
  }

  async publish(type: string, payload?: unknown, meta?: EventMeta): Promise<Published<BusEvent>> {
    if (this.#sink?.mustWait && this.#sink.test(type)) await this.#sink.room()
    const event = this.#accept(type, payload, meta)
    if (event === undefined) return { event, errors: [] }
    const outcome: Outcome = { pending: [], errors: [] }
    for (const stream of this.#streams) {
      const room = stream.test(type) ? stream.push(event, true) : undefined
      if (room) outcome.pending.push(room)
    }
    if (this.#sink?.test(type)) {
      const kept = this.#sink.acknowledged(event.seq)
      outcome.pending.push(kept.then(undefined, (error: unknown) => outcome.errors.push(error)))
    }
    this.#dispatcher.dispatch(event, outcome)
    // Called by a listener, the event is dispatched when that listener returns, which is before the next microtask.
    await undefined
    await Promise.all(outcome.pending)
    return { event, errors: outcome.errors }
  }

  stream(pattern: string, options: StreamOptions = {}): BufferedStream {
    this.#mustBeOpen(`stream "${pattern}"`)
    const test = compilePattern(pattern)
    const detach = (gone: BufferedStream): void => {
      this.#streams = this.#streams.filter((stream) => stream !== gone)
    }
    const backlog = options.from === undefined ? [] : this.#kept(checkedCount('from', options.from, 0), test)
    const stream = new BufferedStream({ pattern, test, backlog, mark: this.#mark, detach }, options)
    if (stream.open) this.#streams = [...this.#streams, stream]
    return stream
  }

  replay(pattern: string, { from, limit }: ReplayOptions = {}): BusEvent[] {
    this.#mustBeOpen(`replay "${pattern}"`)
    const first = from === undefined ? this.#ring.oldest : checkedCount('from', from, 0)
    const most = limit === undefined ? Number.POSITIVE_INFINITY : checkedCount('limit', limit, 1)
    return this.#kept(first, compilePattern(pattern), most)
  }

  use(pipe: Pipe): () => void {
    this.#mustBeOpen('add a pipe')
    // Wrapped, so that a pipe added twice is removed one at a time.
    const own: Pipe = (draft) => pipe(draft)
    this.#pipes = [...this.#pipes, own]
    return () => {
      this.#pipes = this.#pipes.filter((other) => other !== own)
    }
  }

  watch(hooks: Hooks): () => void {
    this.#mustBeOpen('watch')
    return this.#dispatcher.onlookers.add(hooks)
  }

  listenerCount(pattern?: string): number {
    return pattern === undefined ? this.#dispatcher.table.size : this.#dispatcher.table.count(pattern)
  }

  stats(): EventBusStats {
    return {
      emitted: this.#lastSeq,
      dropped: this.#dropped,
      errors: this.#dispatcher.errors,
      listeners: this.#dispatcher.table.size,
      streams: this.#streams.length,
      replay: { size: this.#ring.size, capacity: this.#ring.capacity, oldestSeq: this.#ring.oldest },
      sink: this.#sink?.stats ?? null,
      closed: this.#closed,
    }
  }

  async flush(): Promise<void> {
    if (this.#closed) await this.#sink?.close()
    else await this.#sink?.acknowledged(this.#lastSeq)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stream of this.#streams) stream.finish()
    this.#waits.fail(new BusClosedError('wait any longer'))
    this.#dispatcher.table.clear()
    this.#dispatcher.onlookers.clear()
    this.#ring.clear()
    this.#pipes = []
    // Whoever wants to know how it ends calls `flush`; each refusal reaches `onError` anyway.
    this.#sink?.close().catch(() => {})
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.flush()
  }

  #mustBeOpen(doing: string): void {
    if (this.#closed) throw new BusClosedError(doing)
  }

  /** Gives the event its number and keeps it for replay. From here on it exists. */
  #accept(type: string, payload: unknown, meta: EventMeta = NO_META): BusEvent | undefined {
    if (this.#closed) throw new BusClosedError(`emit "${type}"`)
    if (type === GAP) throw new ReservedTypeError(type)
    this.#dispatcher.mustHaveRoom(type)
    if (this.#pipes.length === 0) return this.#number(type, payload, meta)
    const draft = { type, payload, meta }
    const passed = piped(this.#pipes, draft)
    if (passed) return this.#number(type, passed.payload, passed.meta)
    return this.#drop(draft)
  }

  #number(type: string, payload: unknown, meta: EventMeta): BusEvent {
    const kept = this.#sink?.test(type)
    if (kept) this.#sink?.mustHaveRoom(type)
    const event = new EmittedEvent(this.id, ++this.#lastSeq, type, payload, this.#now(), meta)
    this.#ring.push(event)
    if (kept) this.#sink?.add(event)
    return event
  }

  #drop(draft: Draft): undefined {
    this.#dropped++
    if (this.#dispatcher.onlookers.any) this.#dispatcher.onlookers.dropped(draft)
  }

  #mark = (gap: Gap): BusEvent => gapEvent(this.id, gap, this.#now())

  #kept(from: number, test: (type: string) => boolean, limit: number = Number.POSITIVE_INFINITY): BusEvent[] {
    const missing = Math.max(from, 1)
    const { oldest } = this.#ring
    if (missing >= oldest) return this.#ring.from(from, test, limit)
    const gap = this.#mark({ reason: 'expired', from: missing, to: oldest - 1, dropped: null })
    return [gap, ...this.#ring.from(from, test, limit - 1)]
  }

  #writerFor(options: NonNullable<EventBusOptions['sink']>): SinkWriter {
    return new SinkWriter(options, this.#mark, (error, first) => this.#dispatcher.report(error, first))
  }
}

function checkedCount(option: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new BadOptionError(option, `an integer of at least ${least}`, value)
  }
  return value
}
