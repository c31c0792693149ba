import type { Head } from '../contract/envelope.ts'
import type { DeadLetter } from '../contract/work.ts'

/** A dead letter as it is kept: the payload as text, so that whoever lists it gets a copy. */
export type Dead = Omit<DeadLetter, 'envelope'> & { readonly head: Head; readonly payload: string }

/** The dead letters of one queue, the newest kept. */
export class DeadLetters {
  readonly #max: number
  /** By a key of their own, since ids may come twice; in the order of their death. */
  readonly #letters = new Map<string, Dead>()
  #keys = 0
  #dropped = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#letters.size
  }

  /** Letters let go because there were too many. */
  get dropped(): number {
    return this.#dropped
  }

  add(letter: Dead): void {
    this.#letters.set(String(this.#keys++), letter)
    if (this.#letters.size <= this.#max) return
    for (const oldest of this.#letters.keys()) {
      this.#letters.delete(oldest)
      this.#dropped++
      return
    }
  }

  /** Oldest first. */
  entries(): IterableIterator<[key: string, letter: Dead]> {
    return this.#letters.entries()
  }

  get(key: string): Dead | undefined {
    return this.#letters.get(key)
  }

  /** @returns the letter; `undefined` when it is gone */
  remove(key: string): Dead | undefined {
    const letter = this.#letters.get(key)
    this.#letters.delete(key)
    return letter
  }
}
