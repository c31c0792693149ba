import type { QueueWake, Turned } from '../../broker/broker.ts'
import type { Ports } from '../../ports.ts'

export interface OutlookParts {
  readonly ports: Ports
  /** Whether somebody could take what is due. */
  readonly wanted: () => boolean
  /** There may be something to get now. */
  readonly look: () => void
}

/**
 * What a worker knows of what is to come in its queue. Wake-ups and answers reach it by two ways and may overtake one
 * another: both carry the number of wake-ups so far, and the one that knows more counts.
 */
export class Outlook {
  readonly #parts: OutlookParts
  #wakes = 0
  #heard = 0
  /** The newest word that nothing is due: an answer from before it may come later, by its other way. */
  #gone = 0
  #nextAt: number | undefined
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(parts: OutlookParts) {
    this.#parts = parts
  }

  /** A wake-up; `undefined`: some may have been missed. */
  hear(wake: QueueWake | undefined): void {
    if (!wake) {
      // It may be another server now, which knows of less.
      this.#gone = 0
      this.#heard = 0
      this.#wakes = 0
      this.#parts.look()
      return
    }
    if (wake.inMs < 0) {
      this.#gone = Math.max(this.#gone, wake.wakes)
      // Unless a turn has told of something later.
      if (wake.wakes > this.#wakes) this.#nextAt = undefined
      this.arm()
      return
    }
    this.#heard = Math.max(this.#heard, wake.wakes)
    // The answer of a claim knew of it: what is due was in there, or is gone by now.
    if (wake.wakes <= this.#wakes) return
    if (wake.inMs > 0) this.#expect(wake.inMs)
    else this.#parts.look()
  }

  /** The newest wake-up that was heard. */
  get heard(): number {
    return this.#heard
  }

  /**
   * A claim was answered.
   * @param before `heard` when it was made: a broker that knows of less has gone back, and counts anew
   * @returns whether a wake-up came that the answer did not know of
   */
  claimed(wakes: number, before: number): boolean {
    if (wakes < before) {
      this.#heard = wakes
      this.#gone = 0
    }
    this.#wakes = wakes
    return this.#heard > wakes
  }

  /** A turn was answered. */
  answered({ wakes, nextInMs }: Turned): void {
    // A wake-up may have come in before the answer of a turn that knew less.
    if (this.#heard <= wakes) this.#nextAt = undefined
    if (nextInMs !== undefined && wakes >= this.#gone) this.#expect(nextInMs)
    this.arm()
  }

  /** What is due is looked at when it is, unless nobody could take it. */
  arm(): void {
    const at = this.#parts.wanted() ? this.#nextAt : undefined
    if (at === this.#timer?.at) return
    this.cancel()
    if (at === undefined) return
    const { ports, look } = this.#parts
    const cancel = ports.setTimer(
      () => {
        this.#timer = undefined
        this.#nextAt = undefined
        look()
      },
      Math.max(at - ports.now(), 0),
    )
    this.#timer = { at, cancel }
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Something is due by itself. */
  #expect(inMs: number): void {
    const at = this.#parts.ports.now() + inMs
    if (this.#nextAt === undefined || at < this.#nextAt) this.#nextAt = at
    this.arm()
  }
}
