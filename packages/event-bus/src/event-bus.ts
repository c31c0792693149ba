import type { BusEvent, EventMeta, EventOf, EventType } from './event.ts'
import type { GapEvent } from './gap.ts'
import type { Hooks } from './hooks.ts'
import type { Pattern, Selected } from './pattern.ts'
import type { Pipe } from './pipe.ts'
import type { SinkOptions, SinkStats } from './sink.ts'
import type { EventStream, StreamOptions } from './stream.ts'
import type { WaitOptions } from './wait.ts'

export interface EventBusOptions {
  /** Events kept for `replay`, `stream({ from })` and clients that reconnect. Default 1024; 0 keeps none. */
  readonly replay?: number
  /** Clock in epoch milliseconds, read once an event. Default `Date.now`. */
  readonly now?: () => number
  /**
   * Gets what a listener threw or rejected with, on `emit` and on `publish`, and a SinkError for each batch that the
   * sink refused. Without it the first error is a process warning; all are counted.
   */
  readonly onError?: (error: unknown, event: BusEvent) => void
  /**
   * The bus's name, first part of event ids. Default: random. Give one where ids must be reproducible; it has to be
   * new for each bus, because clients know by it whether the `seq` that they hold still counts.
   */
  readonly id?: string
  /** Events that listeners may emit from within one outermost `emit` before it counts as a cycle. Default 10,000. */
  readonly maxChained?: number
  /** Keeps events for good, in order and acknowledged. The bus never closes what it was given. */
  readonly sink?: SinkOptions
}

export interface ListenOptions {
  /** Removes the listener. Already aborted: it is never added. */
  readonly signal?: AbortSignal | undefined
  /** Remove the listener when it is first called. */
  readonly once?: boolean | undefined
}

/** Payload and meta as arguments: the payload may be left out where `undefined` is one. */
export type EmitArguments<Payload> = undefined extends Payload
  ? [payload?: Payload, meta?: EventMeta]
  : [payload: Payload, meta?: EventMeta]

/** A listener; its event is a union discriminated by `type`. What it returns is awaited by `publish` alone. */
export type Listener<Event extends BusEvent> = (event: Event) => unknown

export interface EventBusStats {
  /** Events emitted since the bus was made: the newest `seq`. */
  readonly emitted: number
  /** Events that pipes dropped. */
  readonly dropped: number
  /** What listeners threw or rejected with. */
  readonly errors: number
  readonly listeners: number
  readonly streams: number
  /** The replay ring: events held, room, and the oldest number still held. */
  readonly replay: { readonly size: number; readonly capacity: number; readonly oldestSeq: number }
  /** `null` without a sink. */
  readonly sink: SinkStats | null
  readonly closed: boolean
}

export interface ReplayOptions {
  /** First `seq`. Default: the oldest that is held. */
  readonly from?: number | undefined
  /** Items at most. Default: all. */
  readonly limit?: number | undefined
}

/** What became of a `publish`. */
export interface Published<Event extends BusEvent> {
  /** Nothing when a pipe dropped it. */
  readonly event: Event | undefined
  /** What listeners threw or rejected with, and SinkError when the sink has not taken it yet; in order of time. */
  readonly errors: readonly unknown[]
}

/** In-process events: typed, ordered, replayable for a while, forgotten afterwards. */
export interface EventBus<Events extends object> extends AsyncDisposable, Disposable {
  /** Names this bus: another process, or the same one after a restart, has another. */
  readonly id: string

  /** `seq` of the newest event, 0 before the first. `stream({ from: bus.lastSeq + 1 })` is "from now on". */
  readonly lastSeq: number

  /**
   * Calls the listener for each event of this name or pattern, in the order of `seq`; listeners of one event run
   * in the order in which they were added. What a listener throws reaches `onError`, nobody else.
   * @returns removes the listener; a second call does nothing
   * @throws BadPatternError, BusClosedError
   */
  on<const P extends Pattern<Events>>(
    pattern: P,
    listener: Listener<Selected<Events, P>>,
    options?: ListenOptions,
  ): () => void

  /** The next event of this name. Rejects with the signal's reason, or with BusClosedError. */
  once<const T extends EventType<Events>>(
    type: T,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<EventOf<Events, T>>

  /** The next event of this name or pattern that passes the filter. Rejects with WaitTimeoutError, the signal's
   * reason or BusClosedError. */
  waitFor<const P extends Pattern<Events>>(
    pattern: P,
    options?: WaitOptions<Selected<Events, P>>,
  ): Promise<Selected<Events, P>>

  /**
   * Emits and returns at once; listeners have run when it returns, unless it was called by a listener: then the
   * event is dispatched right after the current one, so that everybody sees the same order.
   * @returns the event; nothing when a pipe dropped it
   * @throws BusClosedError, ReservedTypeError, PipeError, EmitCycleError, SinkFullError; never what a listener throws
   */
  emit<const T extends EventType<Events>>(
    type: T,
    ...args: EmitArguments<Events[T]>
  ): EventOf<Events, T> | undefined

  /**
   * Emits, then waits for what the listeners returned, for streams with `overflow: 'wait'` and for the sink's
   * acknowledgement. Rejects only where `emit` throws; what listeners threw is in `errors`.
   */
  publish<const T extends EventType<Events>>(
    type: T,
    ...args: EmitArguments<Events[T]>
  ): Promise<Published<EventOf<Events, T>>>

  /**
   * The events as an async iterable, taking part from this call on, not from the first read. Missing events are
   * never passed over in silence: a marker of type `bus.gap` stands in their place. Closing the bus ends the
   * stream after what is buffered.
   * @throws BadPatternError, BadOptionError, BusClosedError
   */
  stream<const P extends Pattern<Events>>(
    pattern: P,
    options?: StreamOptions,
  ): EventStream<Selected<Events, P> | GapEvent>

  /**
   * The events that the ring still holds, oldest first, at most `limit`. With `from`, events from that number on, and
   * a marker of type `bus.gap` in front when the ring no longer goes back that far (it counts for `limit`).
   * @throws BadPatternError, BadOptionError, BusClosedError
   */
  replay<const P extends Pattern<Events>>(
    pattern: P,
    options?: ReplayOptions,
  ): readonly (Selected<Events, P> | GapEvent)[]

  /** Adds a pipe behind those that exist: it may change or drop events. @returns removes it; once is enough */
  use(pipe: Pipe): () => void

  /** Adds hooks: they watch and change nothing. @returns removes them; once is enough */
  watch(hooks: Hooks): () => void

  /** Listeners that would get an event of this name; for a pattern, those added under exactly this pattern; without
   * an argument all. Streams are not counted. */
  listenerCount(pattern?: Pattern<Events>): number

  stats(): EventBusStats

  /**
   * Resolves when the sink has acknowledged everything emitted so far; at once without a sink. Rejects with SinkError
   * when the sink refused; what it refused is tried again.
   */
  flush(): Promise<void>

  /**
   * Ends streams after what they hold, rejects waits, forgets listeners and the ring. The sink still gets what was
   * emitted: `await using`, or `flush` after it, waits for that and rejects with SinkError if the sink refuses three
   * times. A second call does nothing.
   */
  close(): void
}
