import type { BusEvent } from '../event.ts'
import type { EventBus } from '../event-bus.ts'
import { type Gap, isGap } from '../gap.ts'
import { type Position, PROTOCOL, REFUSALS, type Refusal, type ServerMessage } from '../wire/message.ts'
import type { Outgoing } from './held-queue.ts'
import { Lane, type LaneRules, type Outlet } from './lane.ts'
import type { Settings } from './options.ts'
import type { Start } from './start.ts'

/** What of a bridge's settings concerns its feed. */
type FeedSettings = Pick<
  Settings<unknown>,
  'pattern' | 'jobOf' | 'progressOf' | 'onError' | 'heartbeatMs' | 'maxBufferedBytes'
>

/** Turns a message into a transport's bytes; with a position, the client may resume from there. */
export type Encode = (text: string, position: Position | undefined) => Uint8Array

/** Events read from the ring in one go while a subscription catches up. */
const CATCH_UP = 64

interface Subscription {
  readonly lane: Lane
  readonly job: string
  /** Everything up to here was sent, or was not asked for. */
  last: number
  /** Not yet: it is still reading the ring. */
  live: boolean
}

/** Jobs that read the ring together, in the order of `seq`, before they go live. */
interface CatchUp {
  readonly lane: Lane
  readonly jobs: Map<string, Subscription>
  last: number
}

/** A client of the feed, and what it is subscribed to. */
export interface Subscriber {
  readonly lane: Lane
  readonly jobs: Map<string, Subscription>
}

/**
 * Brings the events of a bus to the clients that subscribed to their jobs. One listener on the bus, however many
 * clients; an event is turned into bytes once, when the first client needs it. A client that comes late or comes back
 * reads the bus's ring at its own speed, then goes live.
 */
export class JobFeed {
  readonly #bus: EventBus<Record<string, unknown>>
  readonly #settings: FeedSettings
  readonly #encode: Encode
  readonly #rules: LaneRules
  readonly #table = new Map<string, Set<Subscription>>()
  readonly #catchingUp = new Map<Lane, Set<CatchUp>>()
  /** As long as the ring holds an event, its bytes are kept with it. */
  readonly #encoded = new WeakMap<BusEvent, Uint8Array>()
  readonly #stop: () => void
  #subscriptions = 0

  constructor(bus: EventBus<Record<string, unknown>>, settings: FeedSettings, encode: Encode) {
    this.#bus = bus
    this.#settings = settings
    this.#encode = encode
    this.#rules = {
      maxBufferedBytes: settings.maxBufferedBytes,
      encodeGap: (job, gap) => this.#gapBytes(job, gap),
      onFree: (lane) => this.#goOn(lane),
    }
    this.#stop = this.#bus.on(settings.pattern as '**', (event) => this.#deliver(event))
  }

  get subscriptions(): number {
    return this.#subscriptions
  }

  /** Opens the way to a client, and greets it. */
  open(outlet: Outlet): Subscriber {
    const subscriber = { lane: new Lane(outlet, this.#rules), jobs: new Map<string, Subscription>() }
    const { id: bus, lastSeq: at } = this.#bus
    this.say(subscriber, { kind: 'hello', protocol: PROTOCOL, bus, at, beatMs: this.#settings.heartbeatMs })
    return subscriber
  }

  /** Ends all subscriptions of a client. */
  close(subscriber: Subscriber): void {
    for (const job of [...subscriber.jobs.keys()]) this.unsubscribe(subscriber, job)
    subscriber.lane.close()
    this.#catchingUp.delete(subscriber.lane)
  }

  /** Begins subscriptions, anew where there are some: sends what is kept, says `subscribed`, goes live. */
  subscribe(subscriber: Subscriber, jobs: readonly string[], start: Start): void {
    const { lane } = subscriber
    const catchUp: CatchUp = { lane, jobs: new Map(), last: this.#bus.lastSeq }
    for (const job of jobs) {
      this.unsubscribe(subscriber, job)
      const subscription: Subscription = { lane, job, last: 0, live: false }
      subscriber.jobs.set(job, subscription)
      catchUp.jobs.set(job, subscription)
      const together = this.#table.get(job) ?? new Set()
      this.#table.set(job, together.add(subscription))
      this.#subscriptions++
    }
    this.#begin(catchUp, start)
    const waiting = this.#catchingUp.get(lane) ?? new Set()
    this.#catchingUp.set(lane, waiting.add(catchUp))
    if (lane.isFree) this.#goOn(lane)
  }

  /** Ends a subscription. */
  unsubscribe(subscriber: Subscriber, job: string): void {
    const subscription = subscriber.jobs.get(job)
    if (!subscription) return
    subscriber.jobs.delete(job)
    for (const catchUp of this.#catchingUp.get(subscriber.lane) ?? []) {
      if (catchUp.jobs.get(job) === subscription) catchUp.jobs.delete(job)
    }
    const together = this.#table.get(job)
    together?.delete(subscription)
    if (together?.size === 0) this.#table.delete(job)
    this.#subscriptions--
  }

  /** Says something to one client. */
  say({ lane }: Subscriber, message: ServerMessage): void {
    lane.send(this.#bytes(message))
  }

  /** Tells a client that it may not have a job. */
  refuse(subscriber: Subscriber, job: string, code: Refusal): void {
    this.say(subscriber, { kind: 'refused', job, code, message: REFUSALS[code] })
  }

  /** The bytes of a beat, the same for all; for those alone who are up to date. */
  beat(): Uint8Array {
    const { id: bus, lastSeq: seq } = this.#bus
    return this.#encode(JSON.stringify({ kind: 'beat', at: seq } satisfies ServerMessage), { bus, seq })
  }

  /** Has the client been sent everything that is its due? */
  isUpToDate({ lane }: Subscriber): boolean {
    return lane.isFree && (this.#catchingUp.get(lane)?.size ?? 0) === 0
  }

  /** Stops listening. */
  stop(): void {
    this.#stop()
    this.#table.clear()
    this.#catchingUp.clear()
  }

  #begin(catchUp: CatchUp, start: Start): void {
    const { oldestSeq } = this.#bus.stats().replay
    if (start === 'now') return
    catchUp.last = oldestSeq - 1
    if (start === 'kept') return
    if (start.bus === this.#bus.id && start.seq <= this.#bus.lastSeq) catchUp.last = start.seq
    else this.#sayGap(catchUp, { reason: 'restarted', from: 0, to: oldestSeq - 1, dropped: null })
  }

  /** Goes on with what a lane has to catch up with, as long as it takes it. */
  #goOn(lane: Lane): void {
    const waiting = this.#catchingUp.get(lane)
    if (!waiting) return
    for (const catchUp of waiting) {
      if (!this.#read(catchUp)) return
      waiting.delete(catchUp)
      for (const subscription of catchUp.jobs.values()) {
        subscription.last = catchUp.last
        subscription.live = true
        lane.send(this.#bytes({ kind: 'subscribed', job: subscription.job, at: catchUp.last }))
      }
    }
    this.#catchingUp.delete(lane)
  }

  /** @returns whether it has reached the newest event; if not, the lane is full */
  #read(catchUp: CatchUp): boolean {
    const { lane, jobs } = catchUp
    const pattern = this.#settings.pattern as '**'
    while (catchUp.last < this.#bus.lastSeq && jobs.size > 0) {
      const found = this.#bus.replay(pattern, { from: catchUp.last + 1, limit: CATCH_UP })
      for (const event of found) {
        if (!lane.isFree) return false
        const job = isGap(event) ? this.#sayGap(catchUp, event.payload) : this.#settings.jobOf(event)
        if (job !== undefined && jobs.has(job)) lane.sendEvent(...this.#onItsWay(event, job))
        catchUp.last = event.seq
      }
      if (found.length < CATCH_UP) catchUp.last = this.#bus.lastSeq
    }
    return true
  }

  #deliver(event: BusEvent): void {
    if (this.#table.size === 0) return
    const job = this.#settings.jobOf(event)
    const together = job === undefined ? undefined : this.#table.get(job)
    if (job === undefined || together === undefined) return
    const [bytes, outgoing] = this.#onItsWay(event, job)
    for (const subscription of together) {
      // What was caught up with already may still be on its way through the bus.
      if (!subscription.live || event.seq <= subscription.last) continue
      subscription.last = event.seq
      subscription.lane.sendEvent(bytes, outgoing)
    }
  }

  #onItsWay(event: BusEvent, job: string): [Uint8Array, () => Outgoing] {
    const bytes = this.#eventBytes(event, job)
    return [bytes, () => ({ job, seq: event.seq, key: this.#settings.progressOf(event), bytes })]
  }

  #eventBytes(event: BusEvent, job: string): Uint8Array {
    const kept = this.#encoded.get(event)
    if (kept) return kept
    const bytes = this.#encodeEvent(event, job)
    this.#encoded.set(event, bytes)
    return bytes
  }

  #encodeEvent(event: BusEvent, job: string): Uint8Array {
    const { seq } = event
    try {
      return this.#bytes({ kind: 'event', job, event }, seq)
    } catch (error) {
      this.#settings.onError(error)
      return this.#gapBytes(job, { reason: 'not-json', from: seq, to: seq, dropped: 1 })
    }
  }

  #sayGap({ lane, jobs }: CatchUp, gap: Gap): undefined {
    for (const job of jobs.keys()) lane.send(this.#gapBytes(job, gap))
  }

  /** Without a position: whoever loses the connection right here hears of the gap again. */
  #gapBytes(job: string, gap: Gap): Uint8Array {
    return this.#bytes({ kind: 'gap', job, gap, timestamp: Date.now() })
  }

  #bytes(message: ServerMessage, seq?: number): Uint8Array {
    return this.#encode(JSON.stringify(message), seq === undefined ? undefined : { bus: this.#bus.id, seq })
  }
}
