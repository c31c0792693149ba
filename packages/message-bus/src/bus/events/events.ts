import type { AcceptingEvent, Beginning, Broker, LoggedEvent, Place, Unwatch } from '../../broker/broker.ts'
import { unreadable } from '../../contract/envelope.ts'
import { BadOptionError, SubscriptionTakenError } from '../../contract/errors.ts'
import type { EventGap, EventHandler, SubscribeOptions } from '../../contract/events.ts'
import type { Published, Subscription } from '../../contract/subscription.ts'
import { compileTopicPattern } from '../../contract/topic.ts'
import type { HandlerErrors } from '../handler-errors.ts'
import { Membership } from '../membership.ts'
import type { BusSettings } from '../options.ts'
import { promised } from '../promised.ts'
import { Meters, TopicMeter } from '../stats.ts'
import { AppendLane } from './append-lane.ts'
import { Reader } from './reader.ts'

/** Events as this bus does them: one lane into the log, and a reader for each subscription. */
export class EventSide {
  readonly meters: Meters<TopicMeter>
  readonly #broker: Broker
  readonly #settings: BusSettings
  readonly #errors: HandlerErrors
  readonly #lane: AppendLane
  readonly #readers = new Set<Reader>()
  /** Who else wants to hear that the log has grown. */
  readonly #listeners = new Set<() => void>()
  /** Readings under way, by place: subscriptions at the same place share one. */
  readonly #readings = new Map<number, Promise<readonly LoggedEvent[]>>()
  #watch: Promise<Unwatch> | undefined
  #closed = false

  constructor(broker: Broker, settings: BusSettings, errors: HandlerErrors) {
    this.#broker = broker
    this.#settings = settings
    this.#errors = errors
    this.#lane = new AppendLane(broker)
    this.meters = new Meters(() => new TopicMeter(settings.ports.now))
  }

  get subscriptions(): number {
    return this.#readers.size
  }

  append(event: AcceptingEvent): Promise<Published> {
    this.meters.of(event.head.topic).published()
    return this.#lane.append(event)
  }

  async subscribe(
    pattern: string,
    handler: EventHandler,
    { from = 'now', durable, signal }: SubscribeOptions,
  ): Promise<Subscription> {
    const test = compileTopicPattern(pattern)
    if (durable !== undefined && (typeof durable !== 'string' || !/^.{1,255}$/su.test(durable)))
      throw new BadOptionError('durable', 'text of 1 to 255 characters', durable)
    const { ports } = this.#settings
    const membership = new Membership(ports.newId(), pattern, signal, () => reader && this.#leave(reader))
    let reader: Reader | undefined
    if (signal?.aborted) {
      await membership.close()
      return membership
    }
    const { place, gap } = await this.#begin(from, durable, membership.id).catch(async (error: unknown) => {
      await membership.close()
      throw error
    })
    if (this.#closed) await membership.close()
    if (membership.closed) return membership
    reader = new Reader(
      {
        broker: this.#broker,
        ports,
        membership,
        test,
        handler: (envelope, context) => this.#metered(envelope.topic, () => handler(envelope, context)),
        report: (error, envelope) => this.#errors.report(error, envelope),
        read: (at) => this.#read(at),
        durable,
        taken: ({ id, topic }) => {
          void membership.close()
          const error = new SubscriptionTakenError(durable as string)
          this.#errors.report(error, unreadable(id ?? 'unknown', topic))
        },
      },
      place,
      gap,
    )
    this.#readers.add(reader)
    reader.wake()
    return membership
  }

  /** Hears that the log has grown, or may have. Resolves when nothing can be missed any more. */
  async onGrowth(grown: () => void): Promise<() => void> {
    this.#listeners.add(grown)
    await this.watch().catch((error: unknown) => {
      this.#listeners.delete(grown)
      throw error
    })
    return () => this.#listeners.delete(grown)
  }

  async watch(): Promise<void> {
    this.#watch ??= this.#broker.watchLog(() => {
      // A reading that is under way may not see what has just come.
      this.#readings.clear()
      for (const reader of this.#readers) reader.wake()
      for (const grown of [...this.#listeners]) grown()
    })
    try {
      await this.#watch
    } catch (error) {
      this.#watch = undefined
      throw error
    }
  }

  /** Hands out no further event, and resolves when the handlers that run have ended and durable places are kept. */
  async drain(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.drain()))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#lane.close()
    for (const reader of [...this.#readers]) await reader.membership.close()
    this.#watch?.then(
      (stop) => stop(),
      () => {},
    )
  }

  #metered(topic: string, handle: () => unknown): unknown {
    const { now } = this.#settings.ports
    const began = now()
    const handled = (failed: boolean): void => this.meters.of(topic).handled(now() - began, failed)
    const failing = (error: unknown): never => {
      handled(true)
      throw error
    }
    try {
      const running = promised(handle())
      if (running) return running.then(() => handled(false), failing)
    } catch (error) {
      failing(error)
    }
    handled(false)
    return undefined
  }

  #leave(reader: Reader): void {
    reader.stop()
    this.#readers.delete(reader)
  }

  #read(place: Place): Promise<readonly LoggedEvent[]> {
    const known = this.#readings.get(place.number)
    if (known) return known
    const reading = this.#broker.read(place)
    this.#readings.set(place.number, reading)
    const forget = (): void => {
      if (this.#readings.get(place.number) === reading) this.#readings.delete(place.number)
    }
    reading.then(forget, forget)
    return reading
  }

  async #begin(
    from: NonNullable<SubscribeOptions['from']>,
    durable: string | undefined,
    holder: string,
  ): Promise<{ place: Place; gap: EventGap | undefined }> {
    await this.watch()
    const kept = durable === undefined ? undefined : await this.#broker.takePlace(durable, holder)
    if (kept) return { place: kept, gap: undefined }
    const place = await this.#broker.seek(beginningOf(from))
    if (place) {
      // Kept at once, so that what comes before the first restart is not lost between two of them.
      if (durable !== undefined) await this.#broker.keepPlace(durable, holder, place)
      return { place, gap: undefined }
    }
    const start = (await this.#broker.seek({ kind: 'start' })) as Place
    const after = from as string
    return { place: { ...start, id: after }, gap: { after, missed: null } }
  }
}

function beginningOf(from: NonNullable<SubscribeOptions['from']>): Beginning {
  if (from === 'now' || from === 'start') return { kind: from }
  if (from instanceof Date) {
    const time = from.getTime()
    if (!Number.isNaN(time)) return { kind: 'since', time }
  } else if (typeof from === 'string') return { kind: 'behind', id: from }
  throw new BadOptionError('from', "'now', 'start', an id or a valid Date", from)
}
