import type { AcceptingWork, Broker, KeptLetter } from '../../broker/broker.ts'
import { BadOptionError, QueueFullError } from '../../contract/errors.ts'
import { callable } from '../../contract/option.ts'
import type { Published } from '../../contract/subscription.ts'
import { checkTopic } from '../../contract/topic.ts'
import type {
  Consumed,
  ConsumeOnceOptions,
  ConsumeOptions,
  Consumer,
  DeadLetter,
  DeadLetterSelection,
  QueueStatus,
  ReplayOptions,
  WorkHandler,
} from '../../contract/work.ts'
import type { HandlerErrors } from '../handler-errors.ts'
import type { BusSettings } from '../options.ts'
import { Meters, QueueMeter } from '../stats.ts'
import { FAREWELL_MS, within } from '../within.ts'
import { consumeOnce } from './once.ts'
import { SendLane } from './send-lane.ts'
import { QueueWorker } from './worker.ts'

const REASONS: readonly DeadLetter['reason'][] = ['failed', 'rejected', 'expired', 'lost']
const NOTHING = { send: [], settle: [], claim: undefined } as const

/** Work as this bus does it: a lane and a worker for each queue in use, and the dead letters. */
export class WorkSide {
  readonly meters: Meters<QueueMeter>
  readonly #broker: Broker
  readonly #settings: BusSettings
  readonly #errors: HandlerErrors
  readonly #lanes = new Map<string, SendLane>()
  readonly #workers = new Map<string, QueueWorker>()
  readonly #onces = new Set<Promise<unknown>>()
  readonly #draining = new AbortController()
  readonly #closing = new AbortController()
  #lastClaimAt: number | null = null

  constructor(broker: Broker, settings: BusSettings, errors: HandlerErrors) {
    this.#broker = broker
    this.#settings = settings
    this.#errors = errors
    this.meters = new Meters(() => new QueueMeter(settings.ports.now))
  }

  get lastClaimAt(): number | null {
    const times = [...this.#workers.values()].map(({ lastClaimAt }) => lastClaimAt ?? 0)
    return Math.max(this.#lastClaimAt ?? 0, ...times) || null
  }

  send(work: AcceptingWork, signal: AbortSignal | undefined): Promise<Published> {
    this.meters.of(work.head.topic).sent()
    return this.#laneOf(work.head.topic).send(work, signal)
  }

  consume(queue: string, handler: WorkHandler, options: ConsumeOptions): Promise<Consumer> {
    checkTopic(queue)
    const known = this.#workers.get(queue)
    if (known) return known.add(handler, options)
    const worker: QueueWorker = new QueueWorker({
      ...this.#partsOf(queue),
      empty: () => {
        this.#lastClaimAt = worker.lastClaimAt ?? this.#lastClaimAt
        if (this.#workers.get(queue) === worker) this.#workers.delete(queue)
      },
    })
    this.#workers.set(queue, worker)
    return worker.add(handler, options).finally(() => worker.leaveIfIdle())
  }

  async consumeOnce(queue: string, handler: WorkHandler, options: ConsumeOnceOptions): Promise<Consumed> {
    checkTopic(queue)
    const stops = { draining: this.#draining.signal, closed: this.#closing.signal }
    const consuming = consumeOnce(this.#partsOf(queue), handler, options, stops)
    this.#onces.add(consuming)
    try {
      const consumed = await consuming
      this.#lastClaimAt = this.#settings.ports.now()
      return consumed
    } finally {
      this.#onces.delete(consuming)
    }
  }

  async deadLetters(queue: string, selection: DeadLetterSelection): Promise<DeadLetter[]> {
    return (await this.#select(queue, selection)).map(({ letter }) => letter)
  }

  async replay(queue: string, options: ReplayOptions): Promise<number> {
    const { perSecond } = options
    if (perSecond !== undefined && !(perSecond > 0))
      throw new BadOptionError('perSecond', 'a number above 0', perSecond)
    const chosen = await this.#select(queue, options)
    if (chosen.length === 0) return 0
    const apartMs = perSecond === undefined ? 0 : 1000 / perSecond
    const moved = await this.#broker.replay(
      queue,
      chosen.map(({ key }, index) => ({ key, delayMs: index === 0 ? 0 : Math.round(index * apartMs) })),
    )
    if (moved === 'full') throw new QueueFullError(queue)
    this.#workers.get(queue)?.poke()
    return moved
  }

  async purge(queue: string, selection: DeadLetterSelection): Promise<number> {
    const chosen = await this.#select(queue, selection)
    return chosen.length === 0
      ? 0
      : this.#broker.purge(
          queue,
          chosen.map(({ key }) => key),
        )
  }

  async status(queue: string): Promise<QueueStatus> {
    await this.#broker.turn(queue, NOTHING)
    const { oldestMs: _, ...status } = await this.#broker.counts(queue)
    return status
  }

  /** Takes nothing new, and resolves when all that is held is finished and told to the broker. */
  async drain(): Promise<void> {
    this.#draining.abort()
    await Promise.all([...this.#workers.values()].map((worker) => worker.drain()))
    await Promise.allSettled(this.#onces)
  }

  /** Waits a little for the broker to hear of it, which may be away. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const lane of this.#lanes.values()) lane.close()
    const left = Promise.all([...this.#workers.values()].map((worker) => worker.close()))
    this.#lanes.clear()
    this.#workers.clear()
    await within(this.#settings.ports, FAREWELL_MS, left)
  }

  /** What is lost or due is looked after first, so that what it died of is there. */
  async #select(queue: string, { ids, reason, where }: DeadLetterSelection): Promise<KeptLetter[]> {
    if (ids !== undefined && !Array.isArray(ids)) throw new BadOptionError('ids', 'a list', ids)
    if (reason !== undefined && !REASONS.includes(reason))
      throw new BadOptionError('reason', REASONS.join(', '), reason)
    if (where !== undefined) callable('where', where)
    await this.#broker.turn(queue, NOTHING)
    const wanted = ids && new Set(ids)
    return (await this.#broker.deadLetters(queue)).filter(
      ({ letter }) =>
        (!wanted || wanted.has(letter.envelope.id)) &&
        (reason === undefined || letter.reason === reason) &&
        (!where || where(letter)),
    )
  }

  #partsOf(queue: string) {
    return {
      queue,
      broker: this.#broker,
      settings: this.#settings,
      errors: this.#errors,
      meter: this.meters.of(queue),
    }
  }

  #laneOf(queue: string): SendLane {
    const known = this.#lanes.get(queue)
    if (known) return known
    const lane = new SendLane(queue, this.#broker, {
      waitForRoom: this.#settings.whenFull === 'wait',
      setTimer: this.#settings.ports.setTimer,
      take: (work) => this.#workers.get(queue)?.send(work) ?? this.#broker.send(queue, work),
      empty: () => this.#lanes.delete(queue),
    })
    this.#lanes.set(queue, lane)
    return lane
  }
}
