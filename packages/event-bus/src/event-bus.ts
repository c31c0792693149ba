import type { BusEvent, EventMeta, EventOf, EventType } from './event.ts'
import type { GapEvent } from './gap.ts'
import type { Pattern, Selected } from './pattern.ts'
import type { EventStream, StreamOptions } from './stream.ts'
import type { WaitOptions } from './wait.ts'

export interface EventBusOptions {
  /** Events kept for `stream({ from })`. Default 1024; 0 keeps none. */
  readonly replay?: number
  /** Clock in epoch milliseconds, read once an event. Default `Date.now`. */
  readonly now?: () => number
  /** Gets what a listener threw or rejected with. Without it the first error is a process warning, all are counted. */
  readonly onError?: (error: unknown, event: BusEvent) => void
  /** First part of event ids. Default: random. Give one where ids must be reproducible. */
  readonly id?: string
  /** Events that listeners may emit from within one outermost `emit` before it counts as a cycle. Default 10,000. */
  readonly maxChained?: number
}

export interface ListenOptions {
  /** Removes the listener. Already aborted: it is never added. */
  readonly signal?: AbortSignal | undefined
  /** Remove the listener when it is first called. */
  readonly once?: boolean | undefined
}

/** What a pipe may replace before the event gets its number. */
export interface Draft {
  readonly type: string
  readonly payload: unknown
  readonly meta: EventMeta
}

/**
 * Runs on the publisher's path before the event gets its number: redaction, trace headers. Returns the parts to
 * replace, or nothing. It cannot hold an event back. When it throws, the publisher gets PipeError.
 */
export type Pipe = (draft: Draft) => { readonly payload?: unknown; readonly meta?: EventMeta } | undefined

/** Payload and meta as arguments: the payload may be left out where `undefined` is one. */
export type EmitArguments<Payload> = undefined extends Payload
  ? [payload?: Payload, meta?: EventMeta]
  : [payload: Payload, meta?: EventMeta]

/** A listener; its event is a union discriminated by `type`. What it returns is awaited by `publish` alone. */
export type Listener<Event extends BusEvent> = (event: Event) => unknown

export interface EventBusStats {
  /** Events emitted since the bus was made: the newest `seq`. */
  readonly emitted: number
  /** What listeners threw or rejected with. */
  readonly errors: number
  readonly listeners: number
  readonly streams: number
  /** The replay ring: events held, room, and the oldest number still held. */
  readonly replay: { readonly size: number; readonly capacity: number; readonly oldestSeq: number }
  readonly closed: boolean
}

/** In-process events: typed, ordered, replayable for a while, forgotten afterwards. */
export interface EventBus<Events extends object> extends AsyncDisposable, Disposable {
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
   * @throws BusClosedError, ReservedTypeError, PipeError, EmitCycleError; never what a listener throws
   */
  emit<const T extends EventType<Events>>(type: T, ...args: EmitArguments<Events[T]>): EventOf<Events, T>

  /**
   * Emits, then waits for what the listeners returned and for streams with `overflow: 'wait'`. Rejects only where
   * `emit` throws: what listeners threw is in `errors`, in the order in which it happened.
   */
  publish<const T extends EventType<Events>>(
    type: T,
    ...args: EmitArguments<Events[T]>
  ): Promise<{ readonly event: EventOf<Events, T>; readonly errors: readonly unknown[] }>

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

  /** Adds a pipe behind those that exist. @returns removes it; a second call does nothing */
  use(pipe: Pipe): () => void

  /** Listeners that would get an event of this name; for a pattern, those added under exactly this pattern; without
   * an argument all. Streams are not counted. */
  listenerCount(pattern?: Pattern<Events>): number

  stats(): EventBusStats

  /** Ends streams after what they hold, rejects waits, forgets listeners and the ring. A second call does nothing. */
  close(): void
}
