/** How long to wait before coming back. */
export interface Backoff {
  /** First wait. Default 250 ms. */
  readonly minMs?: number
  /** Longest wait. Default 30 s. */
  readonly maxMs?: number
}

/**
 * The wait after so many failures in a row: doubled each time, half of it fixed and half random, so that the clients
 * of a server that was restarted do not come back all at once.
 */
export function waitOf(failures: number, { minMs = 250, maxMs = 30_000 }: Backoff, random: number): number {
  const whole = Math.min(maxMs, minMs * 2 ** Math.min(failures, 30))
  return whole / 2 + (whole / 2) * random
}
