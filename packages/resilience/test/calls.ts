import { vi } from 'vitest'
import type { CircuitBreaker } from '../src/index.ts'

export const fails = () => Promise.reject(new Error('ill'))
export const works = () => 'well'

/** Calls so many times, one after the other, however they end. */
export async function times(n: number, breaker: CircuitBreaker, fn: () => unknown) {
  for (let call = 0; call < n; call++) await breaker.execute(fn).catch(() => {})
}

/** A call that ends when told to. */
export function held(breaker: CircuitBreaker, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fn = vi.fn(() => promise)
  const result = breaker.execute(fn, { signal }).catch((error: unknown) => error)
  return { result, resolve, reject, fn }
}
