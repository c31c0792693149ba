import type { Claim } from '../../broker/broker.ts'
import { duration, wholeNumber } from '../../contract/option.ts'
import type { ConsumeOptions, Consumer, WorkHandler } from '../../contract/work.ts'
import type { Ports } from '../../ports.ts'
import { Membership } from '../membership.ts'

/** How somebody works on a queue, with everything filled in. */
export interface WorkStyle {
  readonly handler: WorkHandler
  readonly concurrency: number
  readonly leaseMs: number
  readonly renew: boolean
  readonly batchSize: number
}

/** Fills in the defaults. @throws BadOptionError */
export function workStyle(handler: WorkHandler, options: Omit<ConsumeOptions, 'signal'>): WorkStyle {
  return {
    handler,
    concurrency: wholeNumber('concurrency', options.concurrency ?? 1, 1),
    leaseMs: wholeNumber('leaseMs', options.leaseMs ?? 30_000, 1),
    renew: options.renew ?? true,
    batchSize: wholeNumber('batchSize', options.batchSize ?? 1, 1),
  }
}

/** Somebody who works on a queue. */
export class WorkConsumer extends Membership implements Consumer {
  readonly style: WorkStyle
  readonly #changed: () => void
  readonly #idle = new Set<() => void>()
  /** Leases it holds. */
  running = 0
  /** For which of the worker's reasons it has claimed. */
  looked = 0
  /** Settlements that the broker has not confirmed yet. */
  unconfirmed = 0
  #paused = false
  #draining = false
  #abandoned = false

  constructor(
    ports: Ports,
    queue: string,
    style: WorkStyle,
    {
      signal,
      leave,
      changed,
    }: { signal: AbortSignal | undefined; leave: () => unknown; changed: () => void },
  ) {
    super(ports.newId(), queue, signal, leave)
    this.style = style
    this.#changed = changed
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Nothing is left to do or to hear of. */
  get resting(): boolean {
    return this.#abandoned || this.running + this.unconfirmed === 0
  }

  /** Leases it could take now. */
  get free(): number {
    return this.#paused || this.closed ? 0 : this.style.concurrency - this.running
  }

  /** Is it such a lease that it works under? */
  asksFor({ leaseMs, batchSize }: Pick<Claim, 'leaseMs' | 'batchSize'>): boolean {
    return this.style.leaseMs === leaseMs && this.style.batchSize === batchSize
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused || this.#draining) return
    this.#paused = false
    this.#changed()
  }

  async drain(): Promise<void> {
    this.#draining = true
    this.pause()
    if (!this.resting) await new Promise<void>((resolve) => this.#idle.add(resolve))
    await this.close()
  }

  /** Lets go of who drains, if nothing is left. */
  rest(): void {
    // Clearing an empty set is not free: each time it links a new table to the old one.
    if (this.#idle.size === 0 || !this.resting) return
    for (const resolve of this.#idle) resolve()
    this.#idle.clear()
  }

  /** Lets go of who drains, whatever is left: the bus is closed. */
  abandon(): void {
    this.#abandoned = true
    this.rest()
  }
}

/** `maxMs` and `maxMessages` of a `consumeOnce`. @throws BadOptionError */
export const onceLimits = (maxMs = 30_000, maxMessages = Number.MAX_SAFE_INTEGER) => ({
  maxMs: duration('maxMs', maxMs),
  maxMessages: wholeNumber('maxMessages', maxMessages, 1),
})
