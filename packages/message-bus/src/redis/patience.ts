interface Waiting {
  readonly since: number
  readonly reject: (error: Error) => void
}

const GRACE_MS = 50

export const SILENT = new Error('it does not answer')

/**
 * Ends calls that are not answered: a server that hangs, or a network that swallows packets, says nothing at all. One
 * timer for all calls, since one for each is felt at a fraction of a millisecond.
 */
export class Patience {
  readonly #ms: number
  readonly #late: () => void
  readonly #waiting = new Set<Waiting>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param late called when calls were ended @param ms how long each may take */
  constructor(ms: number, late: () => void) {
    this.#ms = ms
    this.#late = late
  }

  /** The same answer, or a rejection with `SILENT`. What was asked may be done all the same. */
  of<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting = { since: performance.now(), reject }
      this.#waiting.add(waiting)
      answer.then(
        (value) => {
          this.#waiting.delete(waiting)
          resolve(value)
        },
        (error: unknown) => {
          this.#waiting.delete(waiting)
          reject(error)
        },
      )
      this.#arm(this.#ms)
    })
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(ms: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => this.#lookSoon(), ms)
    this.#letGo()
  }

  /** What is waited for keeps the process, not the wait. Where a timer is a number it has no say in that. */
  #letGo(): void {
    const timer = this.#timer as { unref?: () => void }
    timer.unref?.()
  }

  /** A process that computed all the while has answers in its sockets, which it reads before it comes here again. */
  #lookSoon(): void {
    this.#timer = setTimeout(() => this.#look(), GRACE_MS)
    this.#letGo()
  }

  /** Calls stand in the order in which they began. */
  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    let late = false
    for (const waiting of this.#waiting) {
      const left = waiting.since + this.#ms - now
      if (left > 0) {
        this.#arm(left)
        break
      }
      this.#waiting.delete(waiting)
      waiting.reject(SILENT)
      late = true
    }
    if (late) this.#late()
  }
}
