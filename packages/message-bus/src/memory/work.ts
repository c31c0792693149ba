import { decodeEnvelope, encodeEnvelope, type Head } from '../contract/envelope.ts'
import { MessageBusClosedError, QueueFullError } from '../contract/errors.ts'
import { duration, wholeNumber } from '../contract/option.ts'
import type { Published, Subscription } from '../contract/subscription.ts'
import { checkTopic } from '../contract/topic.ts'
import type { ConsumeOptions, DeadLetter, QueueStatus, SendOptions, WorkHandler } from '../contract/work.ts'
import type { DedupWindow } from './dedup-window.ts'
import type { HandlerErrors } from './handler-errors.ts'
import type { MemorySettings } from './options.ts'
import { Queue } from './queue.ts'
import { QueueDispatch } from './queue-dispatch.ts'

/** Work queues in memory, made when first used and forgotten when nothing is left of them. */
export class MemoryWork {
  readonly #settings: MemorySettings
  readonly #dedup: DedupWindow
  readonly #errors: HandlerErrors
  readonly #queues = new Map<string, QueueDispatch>()
  #closed = false

  constructor(settings: MemorySettings, dedup: DedupWindow, errors: HandlerErrors) {
    this.#settings = settings
    this.#dedup = dedup
    this.#errors = errors
  }

  /** Messages of all queues. */
  get depth(): number {
    return [...this.#queues.values()].reduce((sum, { queue }) => sum + queue.depth, 0)
  }

  /** Queues with anything in them: messages, dead letters or somebody who waits. */
  get queues(): number {
    return this.#queues.size
  }

  get consumers(): number {
    return [...this.#queues.values()].reduce((sum, dispatch) => sum + dispatch.consumers, 0)
  }

  /** Adds a message, waiting for room if the bus is set so. `given`: the id is the caller's. */
  async send(head: Head, payload: string, given: boolean, options: SendOptions): Promise<Published> {
    const { ports } = this.#settings
    const delayMs = duration('delayMs', options.delayMs ?? 0)
    let dispatch = this.#open(head.topic)
    const key = `work\n${head.topic}\n${head.id}`
    // Nothing is awaited between the last look at the room and the message's place in it.
    while (!dispatch.hasRoom(1, payload.length)) {
      if (given && this.#dedup.isDuplicate(key, ports.now())) return { id: head.id, duplicate: true }
      if (this.#settings.whenFull === 'reject') throw new QueueFullError(head.topic, dispatch.queue.depth)
      await dispatch.room(options.signal)
      if (this.#closed) throw new MessageBusClosedError()
      // It may have been forgotten meanwhile.
      dispatch = this.#open(head.topic)
    }
    const now = ports.now()
    if (given && this.#dedup.isDuplicate(key, now)) {
      dispatch.wakeSender()
      return { id: head.id, duplicate: true }
    }
    if (given) this.#dedup.remember(key, now)
    dispatch.queue.accept({ ...head, timestamp: now }, payload, now + delayMs, now)
    dispatch.wake()
    dispatch.wakeSender()
    return { id: head.id, duplicate: false }
  }

  consume(queue: string, handler: WorkHandler, options: ConsumeOptions): Subscription {
    checkTopic(queue)
    const settings = {
      handler,
      concurrency: wholeNumber('concurrency', options.concurrency ?? 1, 1),
      leaseMs: wholeNumber('leaseMs', options.leaseMs ?? 30_000, 1),
      renew: options.renew ?? true,
    }
    return this.#open(queue).add(settings, options.signal)
  }

  deadLetters(queue: string): readonly DeadLetter[] {
    const letters = this.#queues.get(queue)?.queue.dead.list() ?? []
    return letters.map(({ head, payload, ...rest }) => ({
      envelope: decodeEnvelope(encodeEnvelope(head, payload)),
      ...rest,
    }))
  }

  replay(queue: string, ids?: readonly string[]): number {
    const dispatch = this.#queues.get(queue)
    const letters = dispatch?.queue.dead.list(ids) ?? []
    if (!dispatch || letters.length === 0) return 0
    const chars = letters.reduce((sum, { payload }) => sum + payload.length, 0)
    if (!dispatch.hasRoom(letters.length, chars)) throw new QueueFullError(queue, dispatch.queue.depth)
    dispatch.queue.revive(letters, this.#settings.ports.now())
    dispatch.wake()
    return letters.length
  }

  status(queue: string): QueueStatus {
    const dispatch = this.#queues.get(queue)
    const none = { ready: 0, delayed: 0, leased: 0, dead: 0, deadDropped: 0 }
    return {
      ...(dispatch?.queue.status(this.#settings.ports.now()) ?? none),
      consumers: dispatch?.consumers ?? 0,
    }
  }

  close(): void {
    this.#closed = true
    for (const dispatch of this.#queues.values()) dispatch.close()
    this.#queues.clear()
  }

  #open(name: string): QueueDispatch {
    const known = this.#queues.get(name)
    if (known) return known
    const queue = new Queue(name, this.#settings.maxDeadLetters)
    const forget = (): void => {
      if (this.#queues.get(name) === made) this.#queues.delete(name)
    }
    const made = new QueueDispatch(queue, this.#settings, this.#errors, forget)
    this.#queues.set(name, made)
    return made
  }
}
