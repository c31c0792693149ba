import type {
  AcceptingWork,
  Broker,
  Claim,
  Held,
  Lease,
  QueueWake,
  Settlement,
  Turned,
  Unwatch,
  Verdict,
} from '../../broker/broker.ts'
import type { Envelope } from '../../contract/envelope.ts'
import { LeaseLostError } from '../../contract/errors.ts'
import type { ConsumeOptions, Consumer, WorkHandler } from '../../contract/work.ts'
import type { HandlerErrors } from '../handler-errors.ts'
import type { BusSettings } from '../options.ts'
import type { QueueMeter } from '../stats.ts'
import { WorkConsumer, workStyle } from './consumer.ts'
import { Holding, type Surroundings } from './holding.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { Outlook } from './outlook.ts'
import { Retreat } from './retreat.ts'

interface Finished extends Settlement {
  readonly envelope: Envelope
  /** Who had it; nobody when it is given back as it came. */
  readonly consumer: WorkConsumer | undefined
}

/** How things stood when a turn was made. */
interface Began {
  readonly at: number
  readonly heard: number
}

export interface WorkerParts {
  readonly queue: string
  readonly broker: Broker
  readonly settings: BusSettings
  readonly errors: HandlerErrors
  readonly meter: QueueMeter
  /** Nobody works on the queue any more. */
  readonly empty: () => void
}

/**
 * Works on one queue for all its consumers in this process. Everything goes through turns: a turn tells the broker
 * what is finished and claims what is next, in one call. Without something to tell, a claim is made only when there
 * may be something to get: after a wake-up, at a deadline, after a claim that was filled, after a reconnection.
 */
export class QueueWorker {
  readonly #parts: WorkerParts
  readonly #keeper: LeaseKeeper
  readonly #retreat: Retreat
  readonly #outlook: Outlook
  #consumers: WorkConsumer[] = []
  /** Those that were closed while something was under way. */
  readonly #leaving = new Set<WorkConsumer>()
  #finished: Finished[] = []
  /** Turns under way, and the leases asked for by them. */
  #turns = 0
  #asked = 0
  #scheduled = false
  /** Raised whenever there may be something to get: who looked before it looks again. */
  #reason = 0
  /** The last claim was filled: there is more. */
  #plenty = false
  #unwatch: Promise<Unwatch> | undefined
  #closed = false
  /** When a claim was last answered: epoch milliseconds of this process. */
  lastClaimAt: number | null = null

  constructor(parts: WorkerParts) {
    this.#parts = parts
    this.#keeper = new LeaseKeeper(parts.queue, parts.broker, parts.settings.ports)
    this.#retreat = new Retreat(parts.settings.ports)
    this.#outlook = new Outlook({
      ports: parts.settings.ports,
      wanted: () => this.#free() > 0 && !this.#closed,
      look: () => this.#lookSoon(),
    })
  }

  get consumers(): number {
    return this.#consumers.length
  }

  /** Resolves when no wake-up can be missed any more. */
  async add(handler: WorkHandler, options: ConsumeOptions): Promise<Consumer> {
    const { queue, broker, settings } = this.#parts
    const style = workStyle(handler, options)
    const consumer = new WorkConsumer(settings.ports, queue, style, {
      signal: options.signal,
      leave: () => this.#remove(consumer),
      changed: () => this.#lookSoon(),
    })
    if (options.signal?.aborted) {
      await consumer.close()
      return consumer
    }
    this.#consumers.push(consumer)
    this.#unwatch ??= broker.watchQueue(queue, (wake) => this.#hear(wake))
    try {
      await Promise.all([this.#unwatch, broker.enroll(queue, this.#consumers.length)])
    } catch (error) {
      void consumer.close()
      throw error
    }
    this.#lookSoon()
    return consumer
  }

  /** Sends from here: within a turn, if one can be made now, so that what is sent is claimed by the same call. */
  send(work: readonly AcceptingWork[]): Promise<readonly Verdict[]> {
    const isFree = this.#free() > 0
    if (isFree) this.#reason++
    if (isFree && this.#turns === 0 && this.#mayTurn()) return this.#turn(work)
    const answer = this.#parts.broker.send(this.#parts.queue, work)
    if (isFree) this.#schedule()
    return answer
  }

  /** Something was put in the queue from here: there is no need to wait for the wake-up. */
  poke(): void {
    if (this.#free() > 0) this.#lookSoon()
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#consumers, ...this.#leaving].map((consumer) => consumer.drain()))
  }

  /** Resolves when the broker knows that nobody is here any more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#outlook.cancel()
    this.#retreat.cancel()
    this.#keeper.abandon()
    const all = [...this.#consumers]
    const left = Promise.all(all.map((consumer) => consumer.close()))
    for (const consumer of [...all, ...this.#leaving]) consumer.abandon()
    this.#stopWatching()
    await left
  }

  /** A server that lost sight of this bus may have struck its consumers off. */
  #hear(wake: QueueWake | undefined): void {
    if (!wake) void this.#enroll()
    this.#outlook.hear(wake)
  }

  async #enroll(): Promise<void> {
    await this.#parts.broker.enroll(this.#parts.queue, this.#consumers.length).catch(() => {})
  }

  #free(): number {
    let free = -this.#asked
    for (const consumer of this.#consumers) free += consumer.free
    return Math.max(free, 0)
  }

  #capacity(): number {
    return this.#consumers.reduce((sum, { style }) => sum + style.concurrency, 0)
  }

  #lookSoon(): void {
    this.#reason++
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (this.#mayTurn()) void this.#turn()
    })
  }

  /** A second turn goes out beside the first only when it carries enough: else it waits and gathers more. */
  #mayTurn(): boolean {
    if (this.#closed || this.#retreat.waiting) return false
    if (this.#turns === 0) return true
    if (this.#turns >= this.#parts.broker.limits.turns) return false
    return this.#finished.length >= ENOUGH || (this.#plenty && this.#free() >= ENOUGH)
  }

  /** @returns what became of what was sent. @throws what the broker throws, when something was */
  async #turn(send: readonly AcceptingWork[] = []): Promise<readonly Verdict[]> {
    const { queue, broker, settings } = this.#parts
    const finished = this.#finished.splice(0, broker.limits.count)
    const claim = this.#claim()
    if (finished.length + send.length === 0 && !claim) return []
    this.#turns++
    this.#asked += claim?.count ?? 0
    const began = { at: settings.ports.now(), heard: this.#outlook.heard }
    try {
      const answer = broker.turn(queue, { send, settle: finished, claim })
      if (this.#plenty) this.#schedule()
      const turned = await answer
      this.#retreat.succeeded()
      this.#asked -= claim?.count ?? 0
      this.#turns--
      if (!this.#closed) this.#go(turned, finished, claim, began)
      return turned.verdicts
    } catch (error) {
      this.#asked -= claim?.count ?? 0
      this.#turns--
      this.#tryAgainLater(finished, claim !== undefined)
      if (send.length > 0) throw error
      return []
    } finally {
      this.#schedule()
    }
  }

  /** Goes on with what a turn has brought. */
  #go(turned: Turned, finished: readonly Finished[], claim: Claim | undefined, began: Began): void {
    this.#confirm(finished, turned)
    if (claim) this.#take(turned, claim, began)
    this.#outlook.answered(turned)
    this.leaveIfIdle()
  }

  #claim(): Claim | undefined {
    const free = this.#free()
    if (free === 0) return undefined
    const first = this.#consumers.find((consumer) => consumer.free > 0 && consumer.looked < this.#reason)
    if (!first) return undefined
    const { leaseMs, batchSize } = first.style
    let count = 0
    for (const consumer of this.#consumers) {
      if (!consumer.asksFor({ leaseMs, batchSize })) continue
      count += consumer.free
      consumer.looked = this.#reason
    }
    count = Math.min(count, free, this.#parts.broker.limits.count)
    if (this.#plenty && this.#parts.broker.limits.turns > 1 && count > ENOUGH) {
      // While the broker works on one half, the handlers work on the other.
      const half = Math.max(Math.ceil(this.#capacity() / 2), ENOUGH)
      if (half < count) this.#reason++
      count = Math.min(count, half)
    }
    return { count, leaseMs, batchSize }
  }

  #confirm(finished: readonly Finished[], { settled }: Turned): void {
    finished.forEach(({ lease, outcome, envelope, consumer }, index) => {
      if (consumer) consumer.unconfirmed--
      if (!settled[index] && outcome.kind !== 'returned' && !UNCERTAIN.has(lease))
        this.#parts.errors.report(new LeaseLostError(envelope.id), envelope)
      consumer?.rest()
    })
  }

  #take({ held, wakes, now }: Turned, claim: Claim, began: Began): void {
    this.lastClaimAt = this.#parts.settings.ports.now()
    this.#plenty = held.length === claim.count
    const isLate = this.#outlook.claimed(wakes, began.heard)
    if (this.#plenty || isLate) this.#reason++
    for (const one of held) this.#start(one, claim, began.at, now)
  }

  #start(held: Held, claim: Claim, began: number, serverNow: number): void {
    const consumer = this.#consumers.find((one) => one.free > 0 && one.asksFor(claim))
    if (!consumer) {
      // It was closed or paused while the claim was under way.
      this.#giveBack(held)
      return
    }
    // To the end of the line, so that consumers take turns.
    if (this.#consumers.length > 1)
      this.#consumers = [...this.#consumers.filter((other) => other !== consumer), consumer]
    const { meter } = this.#parts
    for (const { envelope } of held.messages) meter.waited(serverNow - envelope.timestamp)
    const holding = new Holding(held, this.#surroundings(consumer), began)
    consumer.running++
    holding.start()
    if (!holding.over) this.#keeper.add(holding)
  }

  #giveBack({ lease, messages }: Held): void {
    const { envelope } = messages[0] as Held['messages'][number]
    const outcome = { kind: 'returned' } as const
    this.#finished.push({ lease, outcome, nth: 0, ends: true, envelope, consumer: undefined })
    this.#lookSoon()
  }

  #surroundings(consumer: WorkConsumer): Surroundings {
    const known = this.#around.get(consumer)
    if (known) return known
    const { queue, broker, settings, errors, meter } = this.#parts
    const { handler, leaseMs, renew } = consumer.style
    const around: Surroundings = {
      queue,
      broker,
      handler,
      leaseMs,
      renew,
      backoff: { firstMs: settings.backoffMs, longestMs: settings.maxBackoffMs },
      now: settings.ports.now,
      report: (error, envelope) => errors.report(error, envelope),
      handled: (ms, failed) => meter.handled(ms, failed),
      stopping: () => consumer.paused || consumer.closed,
      settle: (settlement, envelope) => this.#settle({ ...settlement, envelope, consumer }),
      ended: (holding) => {
        consumer.running--
        this.#keeper.remove(holding)
        consumer.rest()
        this.#lookSoon()
        this.leaveIfIdle()
      },
    }
    this.#around.set(consumer, around)
    return around
  }
  readonly #around = new WeakMap<WorkConsumer, Surroundings>()

  #settle(finished: Finished): void {
    if (this.#closed) return
    if (finished.consumer) finished.consumer.unconfirmed++
    this.#finished.push(finished)
    this.#lookSoon()
  }

  #tryAgainLater(finished: readonly Finished[], claimed: boolean): void {
    if (this.#closed) return
    for (const { lease } of finished) UNCERTAIN.add(lease)
    this.#finished = [...finished, ...this.#finished]
    if (claimed) this.#reason++
    this.#retreat.again(() => this.#schedule())
  }

  #remove(consumer: WorkConsumer): Promise<void> {
    this.#consumers = this.#consumers.filter((other) => other !== consumer)
    for (const one of this.#leaving) if (one.resting) this.#leaving.delete(one)
    if (!consumer.resting) this.#leaving.add(consumer)
    this.#outlook.arm()
    this.leaveIfIdle()
    return this.#enroll()
  }

  /** Nobody works here any more, or nobody came: then it is forgotten. */
  leaveIfIdle(): void {
    if (this.#consumers.length > 0) return
    this.#stopWatching()
    if (this.#keeper.size + this.#finished.length + this.#turns === 0) this.#parts.empty()
  }

  #stopWatching(): void {
    this.#unwatch?.then(
      (stop) => stop(),
      () => {},
    )
    this.#unwatch = undefined
  }
}

/** Settlements that make a second turn worth while beside the first. */
const ENOUGH = 16

/** Leases whose settlement was told once without an answer: a refusal may mean that it had already worked. */
const UNCERTAIN = new WeakSet<Lease>()
