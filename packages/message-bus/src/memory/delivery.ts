import { decodeEnvelope, encodeEnvelope } from '../contract/envelope.ts'
import { LeaseLostError, MessageBusClosedError, summarize } from '../contract/errors.ts'
import { afterFailure } from '../contract/failure.ts'
import { duration } from '../contract/option.ts'
import type { WorkHandler } from '../contract/work.ts'
import type { HandlerErrors } from './handler-errors.ts'
import type { MemorySettings } from './options.ts'
import type { Lease, Queue } from './queue.ts'

/** Who works, and how. */
export interface Worker {
  readonly handler: WorkHandler
  readonly leaseMs: number
  readonly renew: boolean
}

/** One message on its way through one handler, from the lease to the verdict. */
export class Delivery {
  readonly #queue: Queue
  readonly #settings: MemorySettings
  readonly #errors: HandlerErrors
  readonly #controller = new AbortController()
  #cancelRenewal: (() => void) | undefined

  constructor(queue: Queue, settings: MemorySettings, errors: HandlerErrors) {
    this.#queue = queue
    this.#settings = settings
    this.#errors = errors
  }

  /** Tells the handler that its lease is lost. */
  readonly lost = (error: LeaseLostError): void => {
    this.#cancelRenewal?.()
    this.#controller.abort(error)
  }

  /** Tells the handler that the bus is closed. */
  abandon(): void {
    this.#cancelRenewal?.()
    this.#controller.abort(new MessageBusClosedError())
  }

  /** Calls the handler and settles the message as it ends. Never rejects. */
  async run(lease: Lease, worker: Worker): Promise<void> {
    const envelope = decodeEnvelope(encodeEnvelope(lease.head, lease.payload))
    if (worker.renew) this.#renewLater(lease, worker.leaseMs)
    const extend = async (ms = worker.leaseMs): Promise<void> => this.#extend(lease, duration('ms', ms))
    try {
      await worker.handler(envelope, { envelope, signal: this.#controller.signal, extend })
      const { ports } = this.#settings
      if (!this.#queue.acknowledge(lease, ports.now()))
        this.#errors.report(new LeaseLostError(lease.head.id), envelope)
    } catch (error) {
      this.#errors.report(error, envelope)
      this.#failed(lease, error)
    } finally {
      this.#cancelRenewal?.()
    }
  }

  #failed(lease: Lease, error: unknown): void {
    const now = this.#settings.ports.now()
    const { backoffMs: firstMs, maxBackoffMs: longestMs } = this.#settings
    const { dead, retryInMs } = afterFailure(lease.head, error, { firstMs, longestMs })
    if (dead) this.#queue.bury(lease, dead, summarize(error), now)
    else this.#queue.retry(lease, now + retryInMs, now)
  }

  #extend(lease: Lease, ms: number): void {
    if (!this.#queue.holds(lease)) throw new LeaseLostError(lease.head.id)
    lease.expiresAt = this.#settings.ports.now() + ms
  }

  /** At a third of the lease, so that two renewals may come late. */
  #renewLater(lease: Lease, leaseMs: number): void {
    this.#cancelRenewal = this.#settings.ports.setTimer(() => {
      if (!this.#queue.holds(lease)) return
      this.#extend(lease, leaseMs)
      this.#renewLater(lease, leaseMs)
    }, leaseMs / 3)
  }
}
