import type { Work } from './attempt.ts'
import { CircuitBreaker } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { Bulkhead, type BulkheadOptions } from './bulkhead.ts'
import type { AttemptRecord } from './errors.ts'
import { type Fallback, withFallback } from './fallback.ts'
import { type Ports, realPorts } from './ports.ts'
import { type RetryOptions, retryPolicy } from './retry.ts'
import { type TimeoutOptions, timeoutPolicy } from './timeout.ts'

export interface PolicyOptions<F = never> {
  readonly timeout?: TimeoutOptions | undefined
  /** A number is `{ retries: number }`. */
  readonly retry?: number | RetryOptions | undefined
  /** Options make a breaker of this policy's own; a breaker, for instance from a registry, is shared. */
  readonly breaker?: (BreakerOptions & { readonly key?: string }) | CircuitBreaker | undefined
  /** Options make a bulkhead of this policy's own; a bulkhead is shared. */
  readonly bulkhead?: BulkheadOptions | Bulkhead | undefined
  readonly fallback?: Fallback<F> | undefined
}

export interface ExecuteOptions {
  /** The caller's abort: ends attempts, waits and backoff at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Called after each attempt, also one that the breaker or the bulkhead refused. A throw ends the call. */
  readonly onAttempt?: ((record: AttemptRecord) => void) | undefined
}

/** Rules under which functions are called. It holds no state of a call and can be used by many at once. */
export interface Policy<F = never> {
  /**
   * Calls the function as `fallback(retry(breaker(bulkhead(timeout(fn)))))`. It is called in the same tick when
   * nothing makes it wait.
   * @throws TimeoutError, BreakerOpenError, BulkheadFullError, RetriesExhaustedError, the signal's reason, or what
   * the function throws
   */
  execute<T>(fn: Work<T>, options?: ExecuteOptions): Promise<Awaited<T> | F>
  /** The breaker, if the policy has one. */
  readonly breaker: CircuitBreaker | undefined
  /** The bulkhead, if the policy has one. */
  readonly bulkhead: Bulkhead | undefined
}

/**
 * Composes a policy. Parts that are left out cost nothing.
 * @param ports clock, timers and randomness; real ones by default
 * @throws BadOptionError
 */
export function policy<F = never>(options: PolicyOptions<F>, ports: Ports = realPorts): Policy<F> {
  const runAttempt = timeoutPolicy(options.timeout, ports)
  const retry = retryPolicy(options.retry, ports)
  const bulkhead = made<Bulkhead, BulkheadOptions>(options.bulkhead, (given) => new Bulkhead(given))
  const breaker = made<CircuitBreaker, BreakerOptions & { readonly key?: string }>(
    options.breaker,
    (given) => new CircuitBreaker(given, ports),
  )
  const { fallback } = options
  const plain = options.retry === undefined || options.retry === 0

  const guarded = <T>(fn: Work<T>, number: number, signal: AbortSignal | undefined): Promise<T> => {
    const timed = (): Promise<T> => runAttempt(fn, number, signal)
    const limited = bulkhead ? () => bulkhead.execute(timed, { signal }) : timed
    return breaker ? breaker.execute(limited, { signal }) : limited()
  }
  const retried = <T>(fn: Work<T>, { signal, onAttempt }: ExecuteOptions): Promise<T> => {
    if (plain && !onAttempt) return guarded(fn, 1, signal)
    return retry({ attempt: (number) => guarded(fn, number, signal), signal, onAttempt })
  }
  const execute = <T>(fn: Work<T>, call: ExecuteOptions = {}): Promise<Awaited<T> | F> => {
    // A promise never holds a promise: what `Work<T>` resolves to is awaited by then.
    const ended = retried(fn, call) as Promise<Awaited<T>>
    return fallback ? withFallback(ended, fallback, call.signal) : ended
  }
  return { execute, breaker, bulkhead }
}

/** A part given as it is, matched by shape because two copies of this package may be loaded, or made of options. */
function made<Part extends { execute: unknown }, Options extends object>(
  given: Part | Options | undefined,
  make: (options: Options) => Part,
): Part | undefined {
  if (given === undefined) return undefined
  return 'execute' in given && typeof given.execute === 'function' ? (given as Part) : make(given as Options)
}
