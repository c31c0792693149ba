interface Numbered {
  next: number
  lost: number[]
}

const MAX_QUEUES = 1000

/** Of many tries that never arrived the server knows nothing. */
const MOST_LOST = 100

/**
 * Numbers the turns of each queue, and remembers those whose answer was lost: whatever they leased is nobody's, and
 * the next turn gives it back.
 */
export class TurnNumbers {
  readonly #queues = new Map<string, Numbered>()
  #highest = 0

  next(queue: string): { readonly number: number; readonly lost: readonly number[] } {
    const known = this.#queues.get(queue) ?? this.#open(queue)
    const number = known.next++
    this.#highest = Math.max(this.#highest, number)
    return { number, lost: [...known.lost] }
  }

  answered(queue: string, told: readonly number[]): void {
    const known = this.#queues.get(queue)
    if (known && told.length > 0) known.lost = known.lost.filter((other) => !told.includes(other))
  }

  lost(queue: string, number: number): void {
    const known = this.#queues.get(queue)
    if (!known) return
    known.lost.push(number)
    // The first one may be the one that did arrive.
    if (known.lost.length > MOST_LOST) known.lost.splice(1, 1)
  }

  /** A queue that comes again begins above all numbers that were ever given, so that none is taken for an old one. */
  #open(queue: string): Numbered {
    for (const [oldest, { lost }] of this.#queues) {
      if (this.#queues.size < MAX_QUEUES) break
      if (lost.length === 0) this.#queues.delete(oldest)
    }
    const made = { next: this.#highest + 1, lost: [] }
    this.#queues.set(queue, made)
    return made
  }
}
