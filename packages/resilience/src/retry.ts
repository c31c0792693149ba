import pRetry from 'p-retry'
import { type Backoff, backoffDelay, DEFAULT_BACKOFF, requestedDelay } from './backoff.ts'
import { type AttemptRecord, hasCode, RetriesExhaustedError } from './errors.ts'
import { atLeast, wholeNumber } from './option.ts'
import { pause } from './pause.ts'
import type { Ports } from './ports.ts'

export interface RetryOptions extends Partial<Backoff> {
  /** Attempts after the first: 3 means four attempts. `Infinity` is allowed; `attempts` then keeps the last 1000. */
  readonly retries: number
  /**
   * Is another attempt worth it? Default: unless the error says `retriable: false`. Never asked about an open
   * breaker or the caller's abort, which are not retried.
   */
  readonly retryIf?: (error: unknown, attempt: number) => boolean
  /** No attempt begins later than this after the first one began. Default: no limit. */
  readonly maxElapsedMs?: number
  /** Called before each wait. A throw ends the call with what it threw. */
  readonly onRetry?: (retry: {
    readonly attempt: number
    readonly error: unknown
    readonly delayMs: number
  }) => void
}

/** One call under a retry: how to make attempt number n, who can stop it, who hears of finished attempts. */
export interface RetriedCall<T> {
  readonly attempt: (number: number) => Promise<T>
  readonly signal: AbortSignal | undefined
  readonly onAttempt: ((record: AttemptRecord) => void) | undefined
}

/** Retries a call. Rejects with RetriesExhaustedError, the caller's reason, or an error not worth a retry as it is. */
export type Retry = <T>(call: RetriedCall<T>) => Promise<T>

/** Failures remembered of an endless retry. */
const REMEMBERED = 1000

/** @throws BadOptionError */
export function retryPolicy(options: number | RetryOptions | undefined, ports: Ports): Retry {
  const settings = checked(options ?? 0)
  return (call) => new Retrying(settings, ports, call).run()
}

type Settings = Backoff &
  Pick<RetryOptions, 'retries' | 'retryIf' | 'onRetry'> & { readonly maxElapsedMs: number }

function checked(options: number | RetryOptions): Settings {
  const given = typeof options === 'number' ? { retries: options } : options
  const settings = { maxElapsedMs: Number.POSITIVE_INFINITY, ...DEFAULT_BACKOFF, ...given }
  wholeNumber('retry.retries', settings.retries, 0, true)
  atLeast('retry.minDelayMs', settings.minDelayMs, 0)
  atLeast('retry.maxDelayMs', settings.maxDelayMs, 0, true)
  atLeast('retry.factor', settings.factor, 1)
  atLeast('retry.maxElapsedMs', settings.maxElapsedMs, 0, true)
  return settings
}

/**
 * Carries a failure through p-retry untouched: p-retry would give up on a TypeError, unwrap an AbortError of its own
 * and replace a thrown string. This class is none of these.
 */
class Carried extends Error {
  readonly failure: unknown
  constructor(failure: unknown) {
    super('carried')
    this.failure = failure
  }
}

class Retrying<T> {
  readonly #settings: Settings
  readonly #ports: Ports
  readonly #call: RetriedCall<T>
  readonly #startedAt: number
  #failures: Required<AttemptRecord>[] = []

  constructor(settings: Settings, ports: Ports, call: RetriedCall<T>) {
    this.#settings = settings
    this.#ports = ports
    this.#call = call
    this.#startedAt = ports.now()
  }

  /** The first attempt is made outside p-retry, so that a success pays nothing for it; p-retry gets its failure. */
  async run(): Promise<T> {
    const first = await this.#attempt(1).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if ('value' in first) return first.value
    if (this.#settings.retries === 0) throw first.error instanceof Carried ? first.error.failure : first.error
    try {
      return await pRetry((number) => (number === 1 ? Promise.reject(first.error) : this.#attempt(number)), {
        retries: this.#settings.retries,
        // p-retry decides how often, we decide how long: its own wait could not run on a virtual clock.
        minTimeout: 0,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) =>
          this.#afterFailure(error, attemptNumber, retriesLeft),
      })
    } catch (error) {
      throw error instanceof Carried ? error.failure : error
    }
  }

  async #attempt(number: number): Promise<T> {
    const { attempt, onAttempt } = this.#call
    const startedAt = number === 1 ? this.#startedAt : this.#ports.now()
    let value: T
    try {
      value = await attempt(number)
    } catch (error) {
      const record = { attempt: number, error, durationMs: this.#ports.now() - startedAt }
      this.#failures.push(record)
      if (this.#failures.length > REMEMBERED) this.#failures.shift()
      onAttempt?.(record)
      throw new Carried(error)
    }
    onAttempt?.({ attempt: number, durationMs: this.#ports.now() - startedAt })
    return value
  }

  /** Returns when the next attempt is due; throws what the call ends with when there is none. */
  async #afterFailure(error: unknown, number: number, retriesLeft: number): Promise<void> {
    // What is not carried was thrown by a hook: it ends the call.
    if (!(error instanceof Carried)) throw error
    const { failure } = error
    const { retries, maxElapsedMs, onRetry } = this.#settings
    const { signal } = this.#call
    if (signal?.aborted) throw signal.reason
    if (!this.#worthRetrying(failure, number)) throw failure
    if (retriesLeft <= 0) throw new RetriesExhaustedError(this.#failures, `${retries} retries were allowed`)
    const delayMs = backoffDelay(this.#settings, number, this.#ports.random, requestedDelay(failure))
    if (this.#ports.now() - this.#startedAt + delayMs > maxElapsedMs) {
      throw new RetriesExhaustedError(this.#failures, `the next attempt would begin after ${maxElapsedMs} ms`)
    }
    onRetry?.({ attempt: number, error: failure, delayMs })
    await pause(this.#ports, delayMs, signal)
  }

  #worthRetrying(error: unknown, number: number): boolean {
    if (hasCode(error, 'POLICY_BREAKER_OPEN')) return false
    const { retryIf } = this.#settings
    return retryIf
      ? retryIf(error, number)
      : (error as { retriable?: unknown } | null | undefined)?.retriable !== false
  }
}
