import pRetry from 'p-retry'
import { type AttemptRecord, hasCode, RetriesExhaustedError } from '../errors.ts'
import { atLeast, ENDLESS, oneOf, optionalFunction, wholeNumber } from '../option.ts'
import type { Ports } from '../ports.ts'
import { type Backoff, backoffDelay, DEFAULT_BACKOFF, JITTERS } from './backoff.ts'
import { pause } from './pause.ts'
import { requestedDelay } from './retry-after.ts'

export interface RetryOptions extends Partial<Backoff> {
  /** Attempts after the first: 3 means four attempts. `Infinity` is allowed; `attempts` then keeps the last 1000. */
  readonly retries: number
  /**
   * Is another attempt worth it? Default: unless the error says `retriable: false`. Never asked about an open
   * breaker or the caller's abort, which are not retried.
   */
  readonly retryIf?: (error: unknown, attempt: number) => boolean
  /**
   * No attempt begins later than this many milliseconds after the first one began; a wait that would end later, also
   * one that the service asks for by `Retry-After`, is not begun. Default: no limit.
   */
  readonly maxElapsedMs?: number
  /** Called before each wait. A throw ends the call with what it threw. */
  readonly onRetry?: (retry: RetryNotice) => void
}

/** An attempt failed, and another follows after a wait. */
export interface RetryNotice {
  readonly attempt: number
  readonly error: unknown
  readonly delayMs: number
}

/** One call under a retry: how to make attempt number n, who can stop it, who hears of finished attempts. */
export interface RetriedCall<T> {
  readonly attempt: (number: number) => Promise<T>
  readonly signal: AbortSignal | undefined
  readonly onAttempt: ((record: AttemptRecord) => void) | undefined
  readonly onRetry?: ((retry: RetryNotice) => void) | undefined
}

/** Retries a call. Rejects with RetriesExhaustedError, the caller's reason, or an error not worth a retry as it is. */
export type Retry = <T>(call: RetriedCall<T>) => Promise<T>

/** Failures remembered of an endless retry: enough to see how it went, and bounded. */
const REMEMBERED = 1000

/** A retry that works by these settings. */
export function retryPolicy(settings: RetrySettings, ports: Ports): Retry {
  return (call) => {
    const startedAt = ports.now()
    // The first attempt is made outside p-retry, so that a success pays nothing for it.
    return call
      .attempt(1)
      .then(noted(call, ports, startedAt), (error: unknown) =>
        new Retrying(settings, ports, call, startedAt).after(error),
      )
  }
}

/** Tells of a first attempt that succeeded; nothing where nobody wants to hear of it. */
function noted<T>(
  { onAttempt }: RetriedCall<T>,
  ports: Ports,
  startedAt: number,
): undefined | ((value: T) => T) {
  return (
    onAttempt &&
    ((value) => {
      onAttempt({ attempt: 1, durationMs: ports.now() - startedAt })
      return value
    })
  )
}

/** A retry's options with the defaults filled in. */
export type RetrySettings = Backoff &
  Pick<RetryOptions, 'retries' | 'retryIf' | 'onRetry'> & { readonly maxElapsedMs: number }

/** Fills in the defaults. @throws BadOptionError */
export function retrySettings(options: number | RetryOptions): RetrySettings {
  const given = typeof options === 'number' ? { retries: options } : options
  const settings = { maxElapsedMs: Number.POSITIVE_INFINITY, ...DEFAULT_BACKOFF, ...given }
  wholeNumber('retry.retries', settings.retries, 0, ENDLESS)
  atLeast('retry.minDelayMs', settings.minDelayMs, 0)
  atLeast('retry.maxDelayMs', settings.maxDelayMs, 0, ENDLESS)
  atLeast('retry.factor', settings.factor, 1)
  oneOf('retry.jitter', settings.jitter, JITTERS)
  atLeast('retry.maxElapsedMs', settings.maxElapsedMs, 0, ENDLESS)
  optionalFunction('retry.retryIf', settings.retryIf)
  optionalFunction('retry.onRetry', settings.onRetry)
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

/** What happens to a call once its first attempt has failed. */
class Retrying<T> {
  readonly #settings: RetrySettings
  readonly #ports: Ports
  readonly #call: RetriedCall<T>
  readonly #startedAt: number
  readonly #failures: Required<AttemptRecord>[] = []

  constructor(settings: RetrySettings, ports: Ports, call: RetriedCall<T>, startedAt: number) {
    this.#settings = settings
    this.#ports = ports
    this.#call = call
    this.#startedAt = startedAt
  }

  /** Goes on after the first attempt failed with this error. */
  async after(first: unknown): Promise<T> {
    this.#note(1, first, this.#startedAt)
    const { retries } = this.#settings
    if (retries === 0) throw first
    try {
      return await pRetry((number) => (number === 1 ? carry(first) : this.#attempt(number)), {
        retries,
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
    const startedAt = this.#ports.now()
    let value: T
    try {
      value = await attempt(number)
    } catch (error) {
      this.#note(number, error, startedAt)
      return carry(error)
    }
    onAttempt?.({ attempt: number, durationMs: this.#ports.now() - startedAt })
    return value
  }

  #note(attempt: number, error: unknown, startedAt: number): void {
    const record = { attempt, error, durationMs: this.#ports.now() - startedAt }
    this.#failures.push(record)
    if (this.#failures.length > REMEMBERED) this.#failures.shift()
    this.#call.onAttempt?.(record)
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
    const now = this.#ports.now()
    const delayMs = backoffDelay(this.#settings, number, this.#ports.random, requestedDelay(failure, now))
    if (now - this.#startedAt + delayMs > maxElapsedMs) {
      throw new RetriesExhaustedError(this.#failures, `the next attempt would begin after ${maxElapsedMs} ms`)
    }
    const notice = { attempt: number, error: failure, delayMs }
    onRetry?.(notice)
    this.#call.onRetry?.(notice)
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

const carry = (failure: unknown): Promise<never> => Promise.reject(new Carried(failure))
