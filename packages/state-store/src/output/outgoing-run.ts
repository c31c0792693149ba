import type { OutputChunk } from '../contract/output.ts'

/** Chunks that follow one another become one, up to this many UTF-16 units. */
const MAX_JOINED = 16_384

/** What a chunk costs beside its text, in UTF-16 units. */
const OVERHEAD = 100

const weightOf = ({ text }: OutputChunk): number => text.length + OVERHEAD

/** The chunks of one run that wait to be written, oldest first. */
export class OutgoingRun {
  readonly runId: string
  #waiting: OutputChunk[] = []
  #weight = 0
  /** Operations with its chunks that are under way. */
  underWay = 0
  /** Those of them that a flush put into the queue: no ride may overtake them. */
  queued = 0
  /** Whether somebody has asked for a ride already. */
  asked = false
  /** Runs out before it is tried again. */
  retry: ReturnType<typeof setTimeout> | undefined

  constructor(runId: string) {
    this.runId = runId
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  get isIdle(): boolean {
    return this.isEmpty && this.underWay === 0
  }

  /** In UTF-16 units, with what chunks cost beside their text. */
  get weight(): number {
    return this.#weight
  }

  push(chunk: OutputChunk): void {
    const last = this.#waiting.at(-1)
    if (last !== undefined && isNext(last, chunk)) {
      this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + chunk.text }
      this.#weight += chunk.text.length
    } else {
      this.#waiting.push(chunk)
      this.#weight += weightOf(chunk)
    }
  }

  /** Drops the oldest but one until the rest is light enough; returns how many UTF-16 units are gone. */
  lighten(most: number): number {
    let gone = 0
    while (this.#weight > most && this.#waiting.length > 1) {
      const oldest = this.#waiting.shift()!
      this.#weight -= weightOf(oldest)
      gone += oldest.text.length
    }
    return gone
  }

  /** Takes everything that waits. */
  take(): readonly OutputChunk[] {
    const taken = this.#waiting
    this.#waiting = []
    this.#weight = 0
    return taken
  }

  /** Puts back what was not written, before what came since. */
  putBack(chunks: readonly OutputChunk[]): void {
    this.#waiting = [...chunks, ...this.#waiting]
    this.#weight += chunks.reduce((sum, chunk) => sum + weightOf(chunk), 0)
  }
}

/** An empty text is a mark, and stays by itself. */
const isNext = (last: OutputChunk, chunk: OutputChunk): boolean =>
  last.text !== '' &&
  last.text.length + chunk.text.length <= MAX_JOINED &&
  last.offset + last.text.length === chunk.offset &&
  last.step === chunk.step &&
  last.fence === chunk.fence &&
  last.attempt === chunk.attempt &&
  last.epoch === chunk.epoch
