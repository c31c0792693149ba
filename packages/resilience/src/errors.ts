/** What can go wrong under a policy. Match on the code, never on the class: two copies may be loaded. */
export type ResilienceErrorCode =
  | 'POLICY_TIMEOUT'
  | 'POLICY_BREAKER_OPEN'
  | 'POLICY_BULKHEAD_FULL'
  | 'POLICY_RETRIES_EXHAUSTED'
  | 'POLICY_BREAKER_CLOSED_DOWN'
  | 'POLICY_BREAKER_STORE'
  | 'POLICY_BAD_OPTION'
  | 'POLICY_BAD_DATA'

/** Base of every error of this package. `retriable`: could the same call succeed later, unchanged? */
export class ResilienceError extends Error {
  override readonly name: string = 'ResilienceError'
  readonly code: ResilienceErrorCode
  readonly retriable: boolean

  constructor(code: ResilienceErrorCode, message: string, options: { retriable: boolean; cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retriable = options.retriable
  }
}

/** One attempt took too long. Its signal was aborted with this error; its function may still be running. */
export class TimeoutError extends ResilienceError {
  override readonly name = 'TimeoutError'
  readonly timeoutMs: number
  constructor(timeoutMs: number) {
    super(
      'POLICY_TIMEOUT',
      `The attempt took longer than ${timeoutMs} ms. Raise "timeout" or make the call faster.`,
      {
        retriable: true,
      },
    )
    this.timeoutMs = timeoutMs
  }
}

/** The breaker is open, or half-open with its probes under way. The function was not called. */
export class BreakerOpenError extends ResilienceError {
  override readonly name = 'BreakerOpenError'
  readonly key: string
  /**
   * Milliseconds after which to try again: until an open breaker lets probes through, or until a probe that is under
   * way gives up its place, at most the reset timeout. It may close earlier.
   */
  readonly retryAfterMs: number
  constructor(key: string, retryAfterMs: number) {
    super(
      'POLICY_BREAKER_OPEN',
      `Breaker "${key}" is open, the call was not made. Try again in ${retryAfterMs} ms, or see why it fails.`,
      { retriable: true },
    )
    this.key = key
    this.retryAfterMs = retryAfterMs
  }
}

/** All places and all waiting places are taken. The function was not called. */
export class BulkheadFullError extends ResilienceError {
  override readonly name = 'BulkheadFullError'
  constructor(limit: number, queue: number) {
    super(
      'POLICY_BULKHEAD_FULL',
      `The bulkhead is full: ${limit} running, ${queue} waiting. Call less often, or raise "limit" or "queue".`,
      { retriable: true },
    )
  }
}

/** One finished attempt, as journals keep it. */
export interface AttemptRecord {
  /** From 1. */
  readonly attempt: number
  /** What it failed with; absent when it succeeded. */
  readonly error?: unknown
  readonly durationMs: number
}

/** Every attempt failed, or `maxElapsedMs` left no time for another. `cause` is the last error. */
export class RetriesExhaustedError extends ResilienceError {
  override readonly name = 'RetriesExhaustedError'
  /** Every attempt with its error and duration, in order. */
  readonly attempts: readonly Required<AttemptRecord>[]
  constructor(attempts: readonly Required<AttemptRecord>[], reason: string) {
    const last = attempts.at(-1)?.error
    super(
      'POLICY_RETRIES_EXHAUSTED',
      `Gave up after ${attempts.length} attempt(s): ${reason}. The last one failed with: ${describe(last)}`,
      { retriable: false, cause: last },
    )
    this.attempts = attempts
  }

  /** What each attempt failed with, in order. */
  get errors(): readonly unknown[] {
    return this.attempts.map((attempt) => attempt.error)
  }
}

/** The breaker's registry, or the breaker itself, was closed. */
export class BreakerClosedDownError extends ResilienceError {
  override readonly name = 'BreakerClosedDownError'
  constructor(key: string) {
    super(
      'POLICY_BREAKER_CLOSED_DOWN',
      `Breaker "${key}" was disposed of. Get a new one from an open registry.`,
      {
        retriable: false,
      },
    )
  }
}

/** A breaker's store could not be reached or gave a wrong answer. No call ends with it: breakers go on alone. */
export class BreakerStoreError extends ResilienceError {
  override readonly name = 'BreakerStoreError'
  readonly key: string
  constructor(key: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super(
      'POLICY_BREAKER_STORE',
      `The store of breaker "${key}" ${problem}. The breaker goes on in this process alone; see to the store.`,
      { retriable: true, ...options },
    )
    this.key = key
  }

  /** The error as it is, or as the cause of one. */
  static from(key: string, error: unknown): BreakerStoreError {
    if (hasCode(error, 'POLICY_BREAKER_STORE')) return error as BreakerStoreError
    return new BreakerStoreError(key, `failed: ${describe(error)}`, { cause: error })
  }
}

/** An option outside its range, found when the policy is made. */
export class BadOptionError extends ResilienceError {
  override readonly name = 'BadOptionError'
  /** Its name, as in `retry.factor`. */
  readonly option: string
  constructor(option: string, expected: string, given: unknown) {
    super('POLICY_BAD_OPTION', `Option "${option}" must be ${expected}, got ${describe(given)}.`, {
      retriable: false,
    })
    this.option = option
  }
}

/** Plain data that is no policy, or no snapshot of breakers. Nothing of it was used. */
export class BadDataError extends ResilienceError {
  override readonly name = 'BadDataError'
  /** Where in the data, as in `policy.retry.factor`. */
  readonly path: string
  constructor(path: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('POLICY_BAD_DATA', `The data is wrong at "${path}": ${problem}.`, { retriable: false, ...options })
    this.path = path
  }
}

/** Does the value carry this code? For errors that may come from another copy of this package. */
export const hasCode = (error: unknown, code: ResilienceErrorCode): boolean =>
  typeof error === 'object' && error !== null && (error as { code?: unknown }).code === code

function describe(value: unknown): string {
  if (value instanceof Error) return value.message
  try {
    return String(value)
  } catch {
    return typeof value
  }
}
