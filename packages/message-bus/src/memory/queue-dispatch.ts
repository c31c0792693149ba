import { MessageBusClosedError } from '../contract/errors.ts'
import type { Subscription } from '../contract/subscription.ts'
import { Delivery, type Worker } from './delivery.ts'
import type { HandlerErrors } from './handler-errors.ts'
import { Membership } from './membership.ts'
import type { MemorySettings } from './options.ts'
import type { Queue } from './queue.ts'

interface Consumer extends Worker {
  readonly membership: Membership
  readonly concurrency: number
  running: number
}

interface Sender {
  readonly go: () => void
  readonly fail: (error: unknown) => void
}

/** Brings one queue's messages to its consumers, in turn, and wakes up when a delay or a lease ends. */
export class QueueDispatch {
  readonly queue: Queue
  readonly #settings: MemorySettings
  readonly #errors: HandlerErrors
  readonly #forget: () => void
  #consumers: Consumer[] = []
  readonly #deliveries = new Set<Delivery>()
  /** Who waits for room, in order of arrival. */
  readonly #senders = new Set<Sender>()
  #woken = false
  #closed = false
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(queue: Queue, settings: MemorySettings, errors: HandlerErrors, forget: () => void) {
    this.queue = queue
    this.#settings = settings
    this.#errors = errors
    this.#forget = forget
  }

  get consumers(): number {
    return this.#consumers.length
  }

  /** Is there room for this many messages with this many characters? An empty queue takes any one message. */
  hasRoom(messages: number, chars: number): boolean {
    const { maxQueueDepth, maxQueueChars } = this.#settings
    const fits = this.queue.chars + chars <= maxQueueChars || this.queue.depth === 0
    return fits && this.queue.depth + messages <= maxQueueDepth
  }

  /** Resolves when there may be room. Rejects with the signal's reason. */
  room(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#senders.delete(sender)
      }
      const sender: Sender = {
        go: () => {
          leave()
          resolve()
        },
        fail: (error) => {
          leave()
          reject(error)
        },
      }
      const onAbort = (): void => sender.fail(signal?.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#senders.add(sender)
    })
  }

  /** Lets the first waiting sender look again. */
  wakeSender(): void {
    if (!this.hasRoom(1, 0)) return
    const [first] = this.#senders
    first?.go()
  }

  add(worker: Worker & { readonly concurrency: number }, signal: AbortSignal | undefined): Subscription {
    const leave = (): void => {
      this.#consumers = this.#consumers.filter((other) => other !== consumer)
      this.wake()
    }
    const membership = new Membership(this.#settings.ports.newId(), this.queue.name, signal, leave)
    const consumer: Consumer = { ...worker, membership, running: 0 }
    if (signal?.aborted) void membership.close()
    else this.#consumers.push(consumer)
    this.wake()
    return membership
  }

  /** Looks for work soon, never inside the caller's turn. */
  wake(): void {
    if (this.#woken || this.#closed) return
    this.#woken = true
    queueMicrotask(() => {
      this.#woken = false
      if (!this.#closed) this.#work()
    })
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    for (const delivery of this.#deliveries) delivery.abandon()
    for (const consumer of [...this.#consumers]) void consumer.membership.close()
    for (const sender of [...this.#senders]) sender.fail(new MessageBusClosedError())
  }

  #work(): void {
    this.queue.advance(this.#settings.ports.now())
    while (this.#startOne());
    this.wakeSender()
    this.#sleep()
    const idle = this.queue.depth === 0 && this.queue.dead.size === 0
    if (idle && this.#consumers.length === 0 && this.#senders.size === 0) this.#forget()
  }

  #startOne(): boolean {
    const consumer = this.#consumers.find(({ running, concurrency }) => running < concurrency)
    if (!consumer) return false
    const delivery = new Delivery(this.queue, this.#settings, this.#errors)
    const lease = this.queue.take(this.#settings.ports.now(), consumer.leaseMs, delivery.lost)
    if (!lease) return false
    // To the end of the line, so that consumers take turns.
    this.#consumers = [...this.#consumers.filter((other) => other !== consumer), consumer]
    consumer.running++
    this.#deliveries.add(delivery)
    void delivery.run(lease, consumer).then(() => {
      consumer.running--
      this.#deliveries.delete(delivery)
      this.wake()
    })
    return true
  }

  /** One timer for the next thing that happens by itself; none when nobody could take what it brings. */
  #sleep(): void {
    const at = this.#consumers.length > 0 || this.#deliveries.size > 0 ? this.queue.wakeAt() : undefined
    if (at === this.#timer?.at) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (at === undefined) return
    const cancel = this.#settings.ports.setTimer(
      () => {
        this.#timer = undefined
        this.wake()
      },
      Math.max(at - this.#settings.ports.now(), 0),
    )
    this.#timer = { at, cancel }
  }
}
