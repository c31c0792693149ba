import type { CircuitBreaker } from '../breaker/breaker.ts'
import type { BreakerSettings } from '../breaker/breaker-options.ts'
import type { BreakerRegistry } from '../breaker/breaker-registry.ts'
import type { Bulkhead } from '../bulkhead.ts'
import type { RetrySettings } from '../retry/retry.ts'

/** A number of JSON, which knows no Infinity. */
export type Endless = number | 'Infinity'

/** A function by the name that both sides know it by; `null` for one without a name, which cannot be read back. */
export interface FunctionData {
  readonly function: string | null
}

/** A part that other policies use too, by its name; `null` for one without a name, which cannot be read back. */
export interface SharedData {
  readonly shared: string | null
}

export interface RetryData {
  readonly retries: Endless
  readonly minDelayMs?: number
  readonly maxDelayMs?: Endless
  readonly factor?: number
  readonly jitter?: 'none' | 'equal' | 'full'
  readonly maxElapsedMs?: Endless
  readonly retryIf?: FunctionData
  readonly onRetry?: FunctionData
}

export interface BreakerData extends Partial<Omit<BreakerSettings, 'countIf'>> {
  readonly key?: string
  readonly countIf?: FunctionData
}

export interface BulkheadData {
  readonly limit: Endless
  readonly queue?: Endless
}

/**
 * A policy as plain data, for journals, JSON workflows and screens. It is written with every default filled in, so
 * that it means the same under other defaults; by hand they may be left out.
 */
export interface PolicyData {
  readonly format: 1
  /** Milliseconds. */
  readonly timeout?: number
  readonly retry?: RetryData
  readonly breaker?: BreakerData | SharedData
  readonly bulkhead?: BulkheadData | SharedData
  readonly fallback?: FunctionData
}

/** What is no data, by the names that stand for it in data. The same for writing and for reading. */
export interface PolicyParts {
  /** For `retryIf`, `onRetry`, `countIf` and `fallback`. */
  readonly functions?: Readonly<Record<string, (...args: never[]) => unknown>>
  /** Has the shared breakers, by their keys; only for reading. */
  readonly breakers?: BreakerRegistry
  readonly bulkheads?: Readonly<Record<string, Bulkhead>>
}

/** What a policy is made of. */
export interface Makeup {
  readonly timeoutMs: number | undefined
  readonly retry: RetrySettings | undefined
  readonly breaker: CircuitBreaker | undefined
  readonly bulkhead: Bulkhead | undefined
  readonly fallback: unknown
  /** Were breaker and bulkhead passed in? */
  readonly isShared: { readonly breaker: boolean; readonly bulkhead: boolean }
}

/** Writes a policy down. */
export function policyData(made: Makeup, parts: PolicyParts): PolicyData {
  const { timeoutMs, retry, breaker, bulkhead, fallback, isShared } = made
  const named = (fn: unknown): FunctionData => ({ function: nameOf(fn, parts.functions) })
  const own = breaker && !isShared.breaker ? breakerData(breaker, named) : undefined
  return {
    format: 1,
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(retry && { retry: retryData(retry, named) }),
    ...(breaker && { breaker: own ?? { shared: breaker.key } }),
    ...(bulkhead && {
      bulkhead: isShared.bulkhead
        ? { shared: nameOf(bulkhead, parts.bulkheads) }
        : { limit: endless(bulkhead.limit), queue: endless(bulkhead.queue) },
    }),
    ...(fallback === undefined ? {} : { fallback: named(fallback) }),
  }
}

type Named = (fn: unknown) => FunctionData

function retryData(retry: RetrySettings, named: Named): RetryData {
  return {
    retries: endless(retry.retries),
    minDelayMs: retry.minDelayMs,
    maxDelayMs: endless(retry.maxDelayMs),
    factor: retry.factor,
    jitter: retry.jitter,
    maxElapsedMs: endless(retry.maxElapsedMs),
    ...(retry.retryIf && { retryIf: named(retry.retryIf) }),
    ...(retry.onRetry && { onRetry: named(retry.onRetry) }),
  }
}

function breakerData({ key, settings }: CircuitBreaker, named: Named): BreakerData {
  const { countIf, ...numbers } = settings
  return { key, ...numbers, ...(countIf && { countIf: named(countIf) }) }
}

const endless = (value: number): Endless => (value === Number.POSITIVE_INFINITY ? 'Infinity' : value)

function nameOf(part: unknown, table: Readonly<Record<string, unknown>> = {}): string | null {
  return Object.keys(table).find((name) => table[name] === part) ?? null
}
