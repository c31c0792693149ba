/** Closed: calls pass. Open: calls are refused. Half-open: one probe passes. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** Calls counted in the window. */
export interface BreakerCounts {
  /** Calls that were let through and count. */
  readonly fires: number
  readonly successes: number
  readonly failures: number
  /** Calls refused because the breaker was open. */
  readonly rejects: number
}
