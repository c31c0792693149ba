/** What a function under a policy is given. */
export interface Attempt {
  /** Number of this attempt, from 1. */
  readonly attempt: number
  /** Aborted when this attempt times out or the caller aborts. Made when first read: not looking costs nothing. */
  readonly signal: AbortSignal
}

/** An attempt that can be told to stop, before or after somebody has read its signal. */
export class RunningAttempt implements Attempt {
  readonly attempt: number
  #controller: AbortController | undefined
  #stopped: { reason: unknown } | undefined

  constructor(attempt: number) {
    this.attempt = attempt
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#stopped) this.#controller.abort(this.#stopped.reason)
    }
    return this.#controller.signal
  }

  /** Aborts the signal. The first reason stays. */
  stop(reason: unknown): void {
    if (this.#stopped) return
    this.#stopped = { reason }
    this.#controller?.abort(reason)
  }
}

/** A function under a policy. */
export type Work<T> = (attempt: Attempt) => T | PromiseLike<T>
