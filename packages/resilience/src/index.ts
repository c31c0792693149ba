export type { Attempt, Work } from './attempt.ts'
export { CircuitBreaker, type CircuitBreakerOptions } from './breaker/breaker.ts'
export type {
  BreakerChange,
  BreakerEvent,
  BreakerEventSource,
  BreakerEvents,
} from './breaker/breaker-events.ts'
export type { BreakerOptions, BreakerSettings } from './breaker/breaker-options.ts'
export type { BreakerRecord, Moment } from './breaker/breaker-record.ts'
export { BreakerRegistry, type BreakerRegistryOptions } from './breaker/breaker-registry.ts'
export type { BreakerSnapshot, RegistrySnapshot } from './breaker/breaker-snapshot.ts'
export type { BreakerCounts, BreakerState } from './breaker/breaker-state.ts'
export type { BreakerCell, BreakerStore, BreakerWrite, BreakerWritten } from './breaker/breaker-store.ts'
export { createMemoryBreakerStore } from './breaker/memory-breaker-store.ts'
export type { SharingOptions } from './breaker/shared-record.ts'
export { Bulkhead, type BulkheadOptions, type BulkheadStats } from './bulkhead.ts'
export type {
  BreakerData,
  BulkheadData,
  Endless,
  FunctionData,
  PolicyData,
  PolicyParts,
  RetryData,
  SharedData,
} from './data/policy-data.ts'
export { policyFromData } from './data/policy-from-data.ts'
export {
  type AttemptRecord,
  BadDataError,
  BadOptionError,
  BreakerClosedDownError,
  BreakerOpenError,
  BreakerStoreError,
  BulkheadFullError,
  ResilienceError,
  type ResilienceErrorCode,
  RetriesExhaustedError,
  TimeoutError,
} from './errors.ts'
export type { Fallback } from './fallback.ts'
export { type ExecuteOptions, type Policy, type PolicyOptions, policy } from './policy.ts'
export { type CancelTimer, type Ports, realPorts } from './ports.ts'
export { type Backoff, backoffDelay, DEFAULT_BACKOFF, type Jitter } from './retry/backoff.ts'
export type { RetryNotice, RetryOptions } from './retry/retry.ts'
export { parseRetryAfter, requestedDelay } from './retry/retry-after.ts'
export type { TimeoutOptions } from './timeout/timeout.ts'
