import type { Broker } from '../../broker/broker.ts'
import type { Ports } from '../../ports.ts'
import type { Holding } from './holding.ts'

/** Extends the leases of one queue that are to be renewed, and tells holders whose time is over. One timer for all. */
export class LeaseKeeper {
  readonly #queue: string
  readonly #broker: Broker
  readonly #ports: Ports
  readonly #holdings = new Set<Holding>()
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(queue: string, broker: Broker, ports: Ports) {
    this.#queue = queue
    this.#broker = broker
    this.#ports = ports
  }

  get size(): number {
    return this.#holdings.size
  }

  add(holding: Holding): void {
    this.#holdings.add(holding)
    const at = Math.min(holding.renewAt, holding.expiresAt)
    if (!this.#timer || at < this.#timer.at) this.#arm(at)
  }

  remove(holding: Holding): void {
    this.#holdings.delete(holding)
    if (this.#holdings.size === 0) this.#disarm()
  }

  /** Tells all holders that the bus is closed. */
  abandon(): void {
    for (const holding of this.#holdings) holding.abandon()
    this.#holdings.clear()
    this.#disarm()
  }

  #arm(at: number): void {
    this.#timer?.cancel()
    const cancel = this.#ports.setTimer(() => this.#look(), Math.max(at - this.#ports.now(), 0))
    this.#timer = { at, cancel }
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #look(): void {
    this.#timer = undefined
    const now = this.#ports.now()
    const due: Holding[] = []
    for (const holding of this.#holdings) {
      if (holding.expiresAt <= now) holding.lose()
      else if (holding.renewAt <= now) due.push(holding)
    }
    if (due.length > 0) void this.#renew(due, now)
    this.#armForNext()
  }

  #armForNext(): void {
    let next = Number.POSITIVE_INFINITY
    for (const { lost, renewAt, expiresAt } of this.#holdings) {
      if (!lost) next = Math.min(next, renewAt, expiresAt)
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next)
  }

  async #renew(due: readonly Holding[], now: number): Promise<void> {
    for (const holding of due) holding.renewAt = now + holding.leaseMs / 3
    try {
      const leases = due.map(({ lease, leaseMs }) => ({ ...lease, ms: leaseMs }))
      const held = await this.#broker.extend(this.#queue, leases)
      due.forEach((holding, index) => {
        if (!held[index]) holding.lose()
        else holding.expiresAt = Math.max(holding.expiresAt, now + holding.leaseMs)
      })
    } catch {
      // The broker is away: the next renewal tries again, and the end of the lease stands as it was.
    }
  }
}
