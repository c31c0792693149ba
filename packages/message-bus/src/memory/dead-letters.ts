import type { Head } from '../contract/envelope.ts'
import type { DeadLetter } from '../contract/work.ts'

/** A dead letter as it is kept: the payload as text, so that whoever lists it gets a copy. */
export type Dead = Omit<DeadLetter, 'envelope'> & { readonly head: Head; readonly payload: string }

/** The dead letters of one queue, the newest kept. */
export class DeadLetters {
  readonly #max: number
  #letters: Dead[] = []
  #dropped = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#letters.length
  }

  /** Letters let go because there were too many. */
  get dropped(): number {
    return this.#dropped
  }

  add(letter: Dead): void {
    this.#letters.push(letter)
    if (this.#letters.length <= this.#max) return
    this.#letters.shift()
    this.#dropped++
  }

  /** Oldest first; with ids only those. */
  list(ids?: readonly string[]): readonly Dead[] {
    if (!ids) return [...this.#letters]
    const wanted = new Set(ids)
    return this.#letters.filter(({ head }) => wanted.has(head.id))
  }

  remove(letters: readonly Dead[]): void {
    const gone = new Set(letters)
    this.#letters = this.#letters.filter((letter) => !gone.has(letter))
  }
}
