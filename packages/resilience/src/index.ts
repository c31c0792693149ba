export type { Attempt, Work } from './attempt.ts'
export { type Backoff, backoffDelay, DEFAULT_BACKOFF, type Jitter, requestedDelay } from './backoff.ts'
export { type BreakerChange, type BreakerSnapshot, CircuitBreaker } from './breaker.ts'
export type { BreakerOptions } from './breaker-options.ts'
export { BreakerRegistry, type BreakerRegistryOptions, type RegistrySnapshot } from './breaker-registry.ts'
export type { BreakerCounts, BreakerState } from './breaker-state.ts'
export { Bulkhead, type BulkheadOptions, type BulkheadStats } from './bulkhead.ts'
export {
  type AttemptRecord,
  BadOptionError,
  BreakerClosedDownError,
  BreakerOpenError,
  BulkheadFullError,
  ResilienceError,
  type ResilienceErrorCode,
  RetriesExhaustedError,
  TimeoutError,
} from './errors.ts'
export type { Fallback } from './fallback.ts'
export { type ExecuteOptions, type Policy, type PolicyOptions, policy } from './policy.ts'
export { type Ports, realPorts } from './ports.ts'
export type { RetryOptions } from './retry.ts'
export type { TimeoutOptions } from './timeout.ts'
