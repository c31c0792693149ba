import type { Head } from '../contract/envelope.ts'
import type { Retention } from './retained.ts'

/** One event of the log, at its place. */
export interface LogEntry {
  readonly position: number
  readonly id: string
  /** Epoch milliseconds of acceptance. */
  readonly at: number
  readonly head: Head
  /** The payload's JSON, so that every reader gets a copy of its own. */
  readonly text: string
}

/** Consumed places tolerated before the array is cut: shifting it each time would cost its length. */
const SLACK = 256

/** The bounded log of events. Positions count from 1 without gaps, so a place in the array is arithmetic. */
export class EventLog {
  readonly #retention: Retention
  #entries: LogEntry[] = []
  #head = 0
  #next = 1
  #chars = 0
  readonly #positions = new Map<string, number>()

  constructor(retention: Retention) {
    this.#retention = retention
  }

  get size(): number {
    return this.#entries.length - this.#head
  }

  /** Position of the oldest event held; of the next one when none is held. */
  get first(): number {
    return this.#next - this.size
  }

  /** Position that the next event will have. */
  get next(): number {
    return this.#next
  }

  append(entry: Omit<LogEntry, 'position'>): void {
    const position = this.#next++
    this.#entries.push({ ...entry, position })
    this.#positions.set(entry.id, position)
    this.#chars += entry.text.length
    this.prune(entry.at)
  }

  at(position: number): LogEntry | undefined {
    return position < this.first ? undefined : this.#entries[this.#head + position - this.first]
  }

  /** Where an id is, if it is still held. */
  positionOf(id: string): number | undefined {
    return this.#positions.get(id)
  }

  /** First position accepted at this time or later. A clock set back may have put later events before it. */
  positionAt(time: number): number {
    let position = this.first
    while (position < this.#next && (this.at(position)?.at ?? time) < time) position++
    return position
  }

  /** Lets go of what is too much or too old. */
  prune(now: number): void {
    const { maxCount, maxAgeMs, maxChars } = this.#retention
    for (let oldest = this.#entries[this.#head]; oldest; oldest = this.#entries[this.#head]) {
      if (this.size <= maxCount && this.#chars <= maxChars && now - oldest.at <= maxAgeMs) break
      this.#head++
      this.#chars -= oldest.text.length
      // An id may have come again after its window: then it belongs to the later event.
      if (this.#positions.get(oldest.id) === oldest.position) this.#positions.delete(oldest.id)
    }
    if (this.#head > SLACK && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
  }
}
