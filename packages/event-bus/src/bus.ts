import { Dispatcher } from './dispatcher.ts'
import { BadOptionError, BusClosedError, PipeError, ReservedTypeError } from './errors.ts'
import { type BusEvent, EmittedEvent, type EventMeta, NO_META } from './event.ts'
import type {
  Draft,
  EventBus,
  EventBusOptions,
  EventBusStats,
  Listener,
  ListenOptions,
  Pipe,
} from './event-bus.ts'
import { GAP, type Gap, gapEvent } from './gap.ts'
import type { Sink } from './listener-table.ts'
import { compilePattern } from './pattern.ts'
import { ReplayRing } from './replay-ring.ts'
import { BufferedStream, type StreamOptions } from './stream.ts'
import { type Waiting, type WaitOptions, waiting } from './wait.ts'

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

interface Waitable extends Waiting<BusEvent> {
  readonly remove: () => void
}

class InProcessBus {
  readonly #origin: string
  readonly #now: () => number
  readonly #ring: ReplayRing
  readonly #dispatcher: Dispatcher
  /** Replaced, never changed in place, so that a dispatch in progress keeps its own list. */
  #streams: readonly BufferedStream[] = []
  #pipes: readonly Pipe[] = []
  #waits = new Set<Waitable>()
  #lastSeq = 0
  #closed = false

  constructor(options: EventBusOptions) {
    this.#origin = options.id ?? globalThis.crypto.randomUUID()
    this.#now = options.now ?? Date.now
    this.#dispatcher = new Dispatcher(
      options.onError,
      checkedCount('maxChained', options.maxChained ?? 10_000, 1),
    )
    this.#ring = new ReplayRing(checkedCount('replay', options.replay ?? 1024, 0))
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
    const wait = waiting<BusEvent>(pattern, options, () => {
      this.#waits.delete(entry)
      entry.remove()
    })
    const entry: Waitable = { ...wait, remove: this.on(pattern, wait.offer) }
    this.#waits.add(entry)
    return wait.promise
  }

  emit(type: string, payload?: unknown, meta?: EventMeta): BusEvent {
    const event = this.#accept(type, payload, meta)
    for (const stream of this.#streams) if (stream.test(type)) stream.push(event, false)
    this.#dispatcher.dispatch(event, undefined)
    return event
  }

  async publish(
    type: string,
    payload?: unknown,
    meta?: EventMeta,
  ): Promise<{ event: BusEvent; errors: unknown[] }> {
    const sink: Sink = { pending: [], errors: [] }
    const event = this.#accept(type, payload, meta)
    for (const stream of this.#streams) {
      const room = stream.test(type) ? stream.push(event, true) : undefined
      if (room) sink.pending.push(room)
    }
    this.#dispatcher.dispatch(event, sink)
    // Called by a listener, the event is dispatched when that listener returns, which is before the next microtask.
    await undefined
    await Promise.all(sink.pending)
    return { event, errors: sink.errors }
  }

  stream(pattern: string, options: StreamOptions = {}): BufferedStream {
    this.#mustBeOpen(`stream "${pattern}"`)
    const test = compilePattern(pattern)
    const mark = (gap: Gap): BusEvent => gapEvent(this.#origin, gap, this.#now())
    const detach = (gone: BufferedStream): void => {
      this.#streams = this.#streams.filter((stream) => stream !== gone)
    }
    const backlog =
      options.from === undefined ? [] : this.#replay(checkedCount('from', options.from, 0), test, mark)
    const stream = new BufferedStream({ pattern, test, backlog, mark, detach }, options)
    if (stream.open) this.#streams = [...this.#streams, stream]
    return stream
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

  listenerCount(pattern?: string): number {
    return pattern === undefined ? this.#dispatcher.table.size : this.#dispatcher.table.count(pattern)
  }

  stats(): EventBusStats {
    return {
      emitted: this.#lastSeq,
      errors: this.#dispatcher.errors,
      listeners: this.#dispatcher.table.size,
      streams: this.#streams.length,
      replay: { size: this.#ring.size, capacity: this.#ring.capacity, oldestSeq: this.#ring.oldest },
      closed: this.#closed,
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stream of this.#streams) stream.finish()
    for (const wait of this.#waits) wait.fail(new BusClosedError('wait any longer'))
    this.#dispatcher.table.clear()
    this.#ring.clear()
    this.#pipes = []
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #mustBeOpen(doing: string): void {
    if (this.#closed) throw new BusClosedError(doing)
  }

  /** Gives the event its number and keeps it for replay. From here on it exists. */
  #accept(type: string, payload: unknown, meta: EventMeta = NO_META): BusEvent {
    if (this.#closed) throw new BusClosedError(`emit "${type}"`)
    if (type === GAP) throw new ReservedTypeError(type)
    this.#dispatcher.mustHaveRoom(type)
    const draft = this.#pipes.length === 0 ? undefined : this.#piped({ type, payload, meta })
    const event = new EmittedEvent(
      this.#origin,
      ++this.#lastSeq,
      type,
      draft ? draft.payload : payload,
      this.#now(),
      draft ? draft.meta : meta,
    )
    this.#ring.push(event)
    return event
  }

  #piped(draft: Draft): Draft {
    let current = draft
    for (const pipe of this.#pipes) {
      try {
        current = { ...current, ...pipe(current), type: draft.type }
      } catch (error) {
        throw new PipeError(draft.type, error)
      }
    }
    return current
  }

  #replay(from: number, test: (type: string) => boolean, mark: (gap: Gap) => BusEvent): BusEvent[] {
    const kept = this.#ring.from(from, test)
    const missing = Math.max(from, 1)
    if (missing >= this.#ring.oldest) return kept
    return [mark({ reason: 'expired', from: missing, to: this.#ring.oldest - 1, dropped: null }), ...kept]
  }
}

function checkedCount(option: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new BadOptionError(option, `an integer of at least ${least}`, value)
  }
  return value
}
