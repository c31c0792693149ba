import { BulkheadFullError } from './errors.ts'
import { ENDLESS, wholeNumber } from './option.ts'

export interface BulkheadOptions {
  /** Calls that run at the same time. At least 1. */
  readonly limit: number
  /** Calls that may wait for a place, in order of arrival. Default 0: nobody waits. */
  readonly queue?: number
}

export interface BulkheadStats {
  readonly running: number
  readonly waiting: number
  /** Calls refused with BulkheadFullError so far. */
  readonly rejected: number
}

interface Waiter {
  readonly enter: () => void
}

/** Limits how many calls run at once. A call that was timed out has left, even if its function still runs. */
export class Bulkhead {
  /** Calls that run at the same time. */
  readonly limit: number
  /** Calls that may wait for a place. */
  readonly queue: number
  #running = 0
  #rejected = 0
  /** A Set keeps the order of arrival and lets an aborted call leave from the middle. */
  #waiting = new Set<Waiter>()

  /** @throws BadOptionError */
  constructor(options: BulkheadOptions) {
    this.limit = wholeNumber('bulkhead.limit', options.limit, 1, ENDLESS)
    this.queue = wholeNumber('bulkhead.queue', options.queue ?? 0, 0, ENDLESS)
  }

  get stats(): BulkheadStats {
    return { running: this.#running, waiting: this.#waiting.size, rejected: this.#rejected }
  }

  /**
   * Runs the function when there is a place. An abort while waiting leaves the queue and rejects with its reason.
   * @throws BulkheadFullError
   */
  async execute<T>(
    fn: () => T | PromiseLike<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    options.signal?.throwIfAborted()
    if (this.#running < this.limit) this.#running++
    else await this.#wait(options.signal)
    try {
      // It may have been aborted between getting the place and running.
      options.signal?.throwIfAborted()
      return await fn()
    } finally {
      this.#leave()
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.queue) {
      this.#rejected++
      throw new BulkheadFullError(this.limit, this.queue)
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        enter: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      const onAbort = (): void => {
        this.#waiting.delete(waiter)
        reject(signal?.reason)
      }
      this.#waiting.add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** The place goes straight to the first who waits, so that nobody slips in between. */
  #leave(): void {
    const [first] = this.#waiting
    if (first === undefined) this.#running--
    else {
      this.#waiting.delete(first)
      first.enter()
    }
  }
}
