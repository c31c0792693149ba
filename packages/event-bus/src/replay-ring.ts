import type { BusEvent } from './event.ts'

/**
 * The last `capacity` events. Because `seq` has no gaps, the place of an event is `seq % capacity`: no search,
 * no index, and the oldest number still held is arithmetic.
 */
export class ReplayRing {
  readonly capacity: number
  #slots: (BusEvent | undefined)[]
  #last = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.#slots = new Array<BusEvent | undefined>(capacity).fill(undefined)
  }

  /** Keeps the event, in place of the one `capacity` numbers older. */
  push(event: BusEvent): void {
    this.#last = event.seq
    if (this.capacity > 0) this.#slots[event.seq % this.capacity] = event
  }

  /** Number of events held. */
  get size(): number {
    return Math.min(this.#last, this.capacity)
  }

  /** Lowest `seq` still held; one past the newest when nothing is held. */
  get oldest(): number {
    return this.#last - this.size + 1
  }

  /** The first `limit` events from `seq` on that pass the test, oldest first. */
  from(seq: number, test: (type: string) => boolean, limit: number): BusEvent[] {
    const found: BusEvent[] = []
    for (let next = Math.max(seq, this.oldest); next <= this.#last && found.length < limit; next++) {
      const event = this.#slots[next % this.capacity]
      if (event !== undefined && test(event.type)) found.push(event)
    }
    return found
  }

  /** Lets go of everything held. */
  clear(): void {
    this.#slots.fill(undefined)
  }
}
