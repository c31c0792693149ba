import type { Broker, LoggedEvent, Place } from '../../broker/broker.ts'
import { type Envelope, unreadable } from '../../contract/envelope.ts'
import type { EventGap, EventHandler } from '../../contract/events.ts'
import type { Ports } from '../../ports.ts'
import type { Membership } from '../membership.ts'
import { promised } from '../promised.ts'
import { Retreat } from '../work/retreat.ts'

export interface ReaderParts {
  readonly broker: Broker
  readonly ports: Ports
  readonly membership: Membership
  readonly test: (topic: string) => boolean
  readonly handler: EventHandler
  readonly report: (error: unknown, envelope: Envelope) => void
  readonly read: (place: Place) => Promise<readonly LoggedEvent[]>
  /** Name under which the place is kept. */
  readonly durable: string | undefined
  /** Another subscription has taken the name. */
  readonly taken: (last: LoggedEvent) => void
}

/** One subscription's way through the log: reads from its place, and calls the handler with one event at a time. */
export class Reader {
  readonly #parts: ReaderParts
  readonly #retreat: Retreat
  #place: Place
  #gap: EventGap | undefined
  #running = false
  /** The log has grown since the last reading began. */
  #grown = true
  #kept: Place
  #keeping: Promise<void> | undefined
  #reading: Promise<void> | undefined
  #draining = false

  constructor(parts: ReaderParts, place: Place, gap: EventGap | undefined) {
    this.#parts = parts
    this.#retreat = new Retreat(parts.ports)
    this.#place = place
    this.#gap = gap
    this.#kept = place
  }

  get membership(): Membership {
    return this.#parts.membership
  }

  /** There may be something to read. Handlers run later, never inside this call. */
  wake(): void {
    this.#grown = true
    if (this.#running || this.#retreat.waiting || this.#stopped) return
    this.#running = true
    this.#reading = this.#readAll()
  }

  async drain(): Promise<void> {
    this.#draining = true
    await this.#reading
    while (this.#keeping) await this.#keeping
  }

  get #stopped(): boolean {
    return this.#draining || this.membership.closed
  }

  stop(): void {
    this.#retreat.cancel()
  }

  async #readAll(): Promise<void> {
    while (this.#grown && !this.#stopped) {
      this.#grown = false
      try {
        const events = await this.#parts.read(this.#place)
        this.#retreat.succeeded()
        if (events.length > 0) this.#grown = true
        await this.#deliverAll(events)
      } catch {
        this.#running = false
        this.#retreat.again(() => this.wake())
        return
      }
    }
    this.#running = false
  }

  async #deliverAll(events: readonly LoggedEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#stopped) return
      this.#noteGap(event.number)
      const running = this.#parts.test(event.topic) ? this.#deliver(event) : undefined
      // Awaited only when there is something to wait for: turns of the queue given away for nothing would let a
      // busy publisher run ahead of its readers.
      if (running) await running
      const { number, key, id } = event
      this.#place = { number, key, id }
      this.#keepPlace(event)
    }
  }

  /** Numbers have no gaps, so a jump says how many events are gone. */
  #noteGap(next: number): void {
    const gone = next - this.#place.number - 1
    if (gone === 0) return
    const { after, missed } = this.#gap ?? { after: this.#place.id, missed: 0 }
    // A log that counts from the beginning again has lost what it held.
    this.#gap = { after, missed: missed === null || gone < 0 ? null : missed + gone }
  }

  /** Calls the handler. A promise, if any, never rejects. */
  #deliver(event: LoggedEvent): Promise<unknown> | undefined {
    const { handler, report, membership } = this.#parts
    let envelope: Envelope
    try {
      envelope = event.open()
    } catch (error) {
      // Somebody else wrote it. It is passed by: everything behind it would wait for ever.
      report(error, unreadable(event.id ?? 'unreadable', event.topic))
      return undefined
    }
    const gap = this.#gap
    this.#gap = undefined
    const failed = (error: unknown): void => report(error, envelope)
    try {
      return promised(handler(envelope, { envelope, gap, signal: membership.signal }))?.then(
        undefined,
        failed,
      )
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  /** One call at a time; what was passed meanwhile rides in the next. */
  #keepPlace(last: LoggedEvent): void {
    if (this.#parts.durable === undefined || this.#keeping || this.#kept === this.#place) return
    this.#keeping = Promise.resolve().then(() => this.#keepOnce(this.#parts.durable as string, last))
  }

  async #keepOnce(durable: string, last: LoggedEvent): Promise<void> {
    const { broker, membership, taken } = this.#parts
    const place = this.#place
    let isOurs = true
    try {
      isOurs = await broker.keepPlace(durable, membership.id, place)
      this.#kept = place
    } catch {
      // The broker is away. The place of a later event covers this one; after a restart some come again.
    }
    this.#keeping = undefined
    if (!isOurs) taken(last)
    else if (this.#kept === place) this.#keepPlace(last)
  }
}
