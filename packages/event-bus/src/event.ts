/** Free-form facts about an event, beside its payload: what it belongs to, who caused it, trace ids. */
export interface EventMeta {
  readonly runId?: string
  readonly jobId?: string
  readonly sessionId?: string
  readonly [name: string]: unknown
}

/** One event as listeners, streams and pipes see it. It is immutable; the payload is passed by reference. */
export interface BusEvent<Type extends string = string, Payload = unknown> {
  /** Unique over buses: the bus's own id and `seq`. The string is made when first read, then kept. */
  readonly id: string
  /** Position on this bus: 1, 2, 3 ... without gaps. */
  readonly seq: number
  readonly type: Type
  readonly payload: Payload
  /** Epoch milliseconds at `emit`. */
  readonly timestamp: number
  readonly meta: EventMeta
}

/** Event names of a bus's event map. */
export type EventType<Events extends object> = keyof Events & string

/** The event, or the union of events, that a set of names stands for. */
export type EventOf<Events extends object, Type extends EventType<Events>> = {
  [Name in Type]: BusEvent<Name, Events[Name]>
}[Type]

/** Meta of an event that was emitted without any: one shared object, so that it costs nothing. */
export const NO_META: EventMeta = Object.freeze({})

/** The one implementation of `BusEvent`. `toJSON` exists because `id` is an accessor. */
export class EmittedEvent implements BusEvent {
  readonly seq: number
  readonly type: string
  readonly payload: unknown
  readonly timestamp: number
  readonly meta: EventMeta
  #origin: string
  #id: string | undefined

  constructor(
    origin: string,
    seq: number,
    type: string,
    payload: unknown,
    timestamp: number,
    meta: EventMeta,
  ) {
    this.seq = seq
    this.type = type
    this.payload = payload
    this.timestamp = timestamp
    this.meta = meta
    this.#origin = origin
    this.#id = undefined
  }

  get id(): string {
    this.#id ??= `${this.#origin}:${this.seq}`
    return this.#id
  }

  toJSON(): Record<string, unknown> {
    const { id, seq, type, payload, timestamp, meta } = this
    return { id, seq, type, payload, timestamp, meta }
  }
}
