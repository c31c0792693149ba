import type { Work } from './attempt.ts'
import { CircuitBreaker } from './breaker/breaker.ts'
import type { BreakerOptions } from './breaker/breaker-options.ts'
import { Bulkhead, type BulkheadOptions } from './bulkhead.ts'
import { type PolicyData, type PolicyParts, policyData } from './data/policy-data.ts'
import type { AttemptRecord } from './errors.ts'
import { type Fallback, withFallback } from './fallback.ts'
import { optionalFunction } from './option.ts'
import { type Ports, realPorts } from './ports.ts'
import { type RetryNotice, type RetryOptions, retryPolicy, retrySettings } from './retry/retry.ts'
import { type TimeoutOptions, timeoutMs, timeoutPolicy } from './timeout/timeout.ts'

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
  /** Called before each wait for another attempt, after the `onRetry` of the policy. A throw ends the call. */
  readonly onRetry?: ((retry: RetryNotice) => void) | undefined
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
  /** The policy as plain JSON data; `policyFromData` reads it. @param parts names for functions and shared parts */
  toData(parts?: PolicyParts): PolicyData
}

/**
 * Composes a policy. Parts that are left out cost nothing, so each is also useful alone: `policy({ timeout: 100 })`.
 * @param ports clock, timers and randomness; real ones by default
 * @throws BadOptionError
 */
export function policy<F = never>(options: PolicyOptions<F>, ports: Ports = realPorts): Policy<F> {
  const ms = timeoutMs(options.timeout)
  const retry = options.retry === undefined ? undefined : retrySettings(options.retry)
  const breaker = part(options.breaker, isBreaker, (given) => new CircuitBreaker(given, ports))
  const bulkhead = part(options.bulkhead, isBulkhead, (given) => new Bulkhead(given))
  const { fallback } = options
  optionalFunction('fallback', fallback)

  const runAttempt = timeoutPolicy(ms, ports)
  const guarded = <T>(fn: Work<T>, number: number, signal: AbortSignal | undefined): Promise<T> => {
    const timed = (): Promise<T> => runAttempt(fn, number, signal)
    const limited = bulkhead ? () => bulkhead.execute(timed, { signal }) : timed
    return breaker ? breaker.execute(limited, { signal }) : limited()
  }
  const retrying = retryPolicy(retry ?? retrySettings(0), ports)
  const plain = retry === undefined || retry.retries === 0
  const retried = <T>(fn: Work<T>, { signal, onAttempt, onRetry }: ExecuteOptions): Promise<T> => {
    if (plain && !onAttempt) return guarded(fn, 1, signal)
    return retrying({ attempt: (number) => guarded(fn, number, signal), signal, onAttempt, onRetry })
  }
  const execute = <T>(fn: Work<T>, call: ExecuteOptions = {}): Promise<Awaited<T> | F> => {
    // A promise never holds a promise: what `Work<T>` resolves to is awaited by then.
    const ended = retried(fn, call) as Promise<Awaited<T>>
    return fallback ? withFallback(ended, fallback, call.signal) : ended
  }
  const isShared = { breaker: breaker === options.breaker, bulkhead: bulkhead === options.bulkhead }
  const makeup = { timeoutMs: ms, retry, breaker, bulkhead, fallback, isShared }
  return { execute, breaker, bulkhead, toData: (parts = {}) => policyData(makeup, parts) }
}

/** A part that was passed in as it is, or one made of the options that were. */
function part<Part extends object, Options extends object>(
  given: Part | Options | undefined,
  isPart: (given: Part | Options) => given is Part,
  make: (options: Options) => Part,
): Part | undefined {
  if (given === undefined) return undefined
  return isPart(given) ? given : make(given as Options)
}

// By shape, because two copies of this package may be loaded.
const isBreaker = (given: object): given is CircuitBreaker => 'execute' in given
const isBulkhead = (given: object): given is Bulkhead => 'execute' in given
