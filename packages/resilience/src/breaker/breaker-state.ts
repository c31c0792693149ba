/** Closed: calls pass. Open: calls are refused. Half-open: some probes pass. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** Calls of this process counted in the window. */
export interface BreakerCounts {
  /** Calls that were let through and count. */
  readonly fires: number
  readonly successes: number
  readonly failures: number
  /** Calls refused because the breaker was open, or half-open with its probes under way. */
  readonly rejects: number
}
