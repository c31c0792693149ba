import type { BusEvent } from './event.ts'
import { type Gap, widen } from './gap.ts'

/** Consumed places that are tolerated before the array is cut: shifting it for each event would cost its length. */
const SLACK = 512

/** The unread events of one stream, first in first out, and the places where events were dropped. */
export class Unread {
  #items: BusEvent[]
  #head = 0
  /** Dropped in front of everything that is held. */
  #before: Gap | undefined
  /** Refused behind everything that is held. */
  #behind: Gap | undefined
  readonly #mark: (gap: Gap) => BusEvent

  constructor(backlog: BusEvent[], mark: (gap: Gap) => BusEvent) {
    this.#items = backlog
    this.#mark = mark
  }

  /** Number of items held. */
  get size(): number {
    return this.#items.length - this.#head
  }

  /** Adds an event behind all others, and the marker of what was refused before it. */
  add(event: BusEvent): void {
    if (this.#behind) this.#items.push(this.#mark(this.#behind))
    this.#behind = undefined
    this.#items.push(event)
  }

  /** Adds an event and lets the oldest one go. */
  replaceOldest(event: BusEvent): void {
    const oldest = this.#shift()
    if (oldest) this.#before = widen(this.#before, oldest)
    this.add(event)
  }

  /** Notes that this event was not taken. */
  refuse(event: BusEvent): void {
    this.#behind = widen(this.#behind, event)
  }

  /** The next event or marker, or nothing. */
  take(): BusEvent | undefined {
    const before = this.#before
    this.#before = undefined
    if (before) return this.#mark(before)
    const item = this.#shift()
    if (item) return item
    const behind = this.#behind
    this.#behind = undefined
    return behind && this.#mark(behind)
  }

  /** Forgets everything, markers too. */
  clear(): void {
    this.#items = []
    this.#head = 0
    this.#before = undefined
    this.#behind = undefined
  }

  #shift(): BusEvent | undefined {
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head > SLACK && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
