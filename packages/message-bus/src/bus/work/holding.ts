import type { Broker, Held, HeldMessage, Lease, Outcome, Settlement } from '../../broker/broker.ts'
import type { Envelope } from '../../contract/envelope.ts'
import { LeaseLostError, MessageBusClosedError, summarize } from '../../contract/errors.ts'
import { afterFailure, type Backoff, backoffIn } from '../../contract/failure.ts'
import { duration } from '../../contract/option.ts'
import type { WorkContext, WorkHandler } from '../../contract/work.ts'
import { promised } from '../promised.ts'

/** What a holding needs of those around it. */
export interface Surroundings {
  readonly queue: string
  readonly broker: Broker
  readonly handler: WorkHandler
  readonly leaseMs: number
  readonly renew: boolean
  readonly backoff: Backoff
  readonly now: () => number
  /** Tells the broker what came of the first message left. */
  readonly settle: (settlement: Settlement, envelope: Envelope) => void
  readonly report: (error: unknown, envelope: Envelope) => void
  /** A message was handled, well or badly. */
  readonly handled: (ms: number, failed: boolean) => void
  /** Take no further message of this batch. */
  readonly stopping: () => boolean
  readonly ended: (holding: Holding) => void
}

/** Messages under one lease on their way through the handler, one after the other. */
export class Holding {
  readonly #held: Held
  readonly #around: Surroundings
  #index = 0
  #began = 0
  /** Epoch milliseconds by this process's clock, counted from before the claim: never later than the broker's. */
  expiresAt: number
  /** When to extend the lease; never when it is not renewed. */
  renewAt: number
  #lost: Error | undefined
  #over = false
  #controller: AbortController | undefined

  constructor(held: Held, around: Surroundings, claimedAt: number) {
    this.#held = held
    this.#around = around
    this.expiresAt = claimedAt + around.leaseMs
    // At a third of the lease, so that two renewals may come late.
    this.renewAt = around.renew ? claimedAt + around.leaseMs / 3 : Number.POSITIVE_INFINITY
  }

  get lease(): Lease {
    return this.#held.lease
  }

  get leaseMs(): number {
    return this.#around.leaseMs
  }

  /** Nothing is left to do under it. */
  get over(): boolean {
    return this.#over
  }

  get lost(): boolean {
    return this.#lost !== undefined
  }

  /** Made when somebody looks at it: most handlers do not, and it costs more than the call. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#lost) this.#controller.abort(this.#lost)
    }
    return this.#controller.signal
  }

  /** Works through the messages. What comes of them goes to `settle`. */
  start(): void {
    while (!this.#lost && this.#index >= 0) {
      const message = this.#held.messages[this.#index] as HeldMessage
      if (this.#index > 0 && this.#around.stopping()) {
        this.#giveBack(message)
        break
      }
      const running = this.#handle(message)
      if (running) {
        void running.then(() => this.start())
        return
      }
    }
    this.#over = true
    this.#around.ended(this)
  }

  /** Makes the lease last at least this much longer from now. @throws LeaseLostError */
  async extend(envelope: Envelope, ms: number): Promise<void> {
    duration('ms', ms)
    const { queue, broker, now } = this.#around
    const began = now()
    if (!this.#lost) {
      const [holds] = await broker.extend(queue, [{ ...this.lease, ms }])
      if (holds) this.expiresAt = Math.max(this.expiresAt, began + ms)
      else this.lose()
    }
    if (this.#lost) throw new LeaseLostError(envelope.id)
  }

  /** The lease is no longer ours. */
  lose(): void {
    this.#abort(new LeaseLostError(this.#message.envelope.id))
  }

  /** The bus is closed. */
  abandon(): void {
    this.#abort(new MessageBusClosedError())
  }

  get #message(): HeldMessage {
    return this.#held.messages[Math.max(this.#index, 0)] as HeldMessage
  }

  #abort(error: Error): void {
    if (this.#lost) return
    this.#lost = error
    this.#controller?.abort(error)
  }

  /** @returns a promise that never rejects, if the handler gave one. Below 0 the index says: nothing is left. */
  #handle(message: HeldMessage): Promise<unknown> | undefined {
    const { envelope, broken } = message
    this.#began = this.#around.now()
    if (broken) {
      this.#failed(envelope, Object.assign(broken, { retriable: false }))
      return undefined
    }
    try {
      const running = promised(this.#around.handler(envelope, new HeldContext(this, envelope)))
      if (!running) {
        this.#done(envelope)
        return undefined
      }
      return running.then(
        () => this.#done(envelope),
        (error: unknown) => this.#failed(envelope, error),
      )
    } catch (error) {
      this.#failed(envelope, error)
      return undefined
    }
  }

  #done(envelope: Envelope): void {
    this.#around.handled(this.#around.now() - this.#began, false)
    if (this.#lost) {
      this.#index = -1
      this.#around.report(this.#lost, envelope)
      return
    }
    const ends = this.#index === this.#held.messages.length - 1
    this.#settle(DONE, ends, envelope)
    this.#index = ends ? -1 : this.#index + 1
  }

  #failed(envelope: Envelope, error: unknown): void {
    this.#around.report(error, envelope)
    this.#around.handled(this.#around.now() - this.#began, true)
    if (this.#lost) {
      this.#index = -1
      return
    }
    const { dead, retryInMs } = afterFailure(
      envelope,
      error,
      backoffIn(envelope.headers) ?? this.#around.backoff,
    )
    const outcome: Outcome = dead
      ? { kind: 'dead', reason: dead, error: summarize(error) }
      : { kind: 'retry', inMs: retryInMs as number }
    this.#settle(outcome, true, envelope)
    this.#index = -1
  }

  #giveBack({ envelope }: HeldMessage): void {
    this.#settle({ kind: 'returned' }, true, envelope)
  }

  #settle(outcome: Outcome, ends: boolean, envelope: Envelope): void {
    this.#around.settle({ lease: this.lease, outcome, nth: this.#index, ends }, envelope)
  }
}

/**
 * What a handler gets beside its message. `signal` is a property of its own, so that `{ ...context }` has it, but with
 * one getter for all: each getter that is written out in an object makes V8 keep a hidden class for it, and all that it
 * reaches, until the old generation is collected.
 */
class HeldContext implements WorkContext {
  readonly envelope: Envelope
  declare readonly signal: AbortSignal
  readonly extend: (ms?: number) => Promise<void>
  readonly #holding: Holding

  constructor(holding: Holding, envelope: Envelope) {
    this.envelope = envelope
    this.#holding = holding
    this.extend = (ms = holding.leaseMs) => holding.extend(envelope, ms)
    Object.defineProperty(this, 'signal', HeldContext.signal)
  }

  static readonly signal: PropertyDescriptor & ThisType<HeldContext> = {
    enumerable: true,
    get() {
      return this.#holding.signal
    },
  }
}

const DONE: Outcome = { kind: 'done' }
