/**
 * How much of a delay is left to chance: `none`; `equal` half fixed, half random, so that 1, 2, 4 s stay
 * recognisable; `full` anything from nothing to the whole delay. Names after Marc Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 */
export type Jitter = 'none' | 'equal' | 'full'

export interface Backoff {
  readonly minDelayMs: number
  readonly maxDelayMs: number
  readonly factor: number
  readonly jitter: Jitter
}

/** What a retry waits when nothing else is said: 1, 2, 4 ... 30 s, each with equal jitter. */
export const DEFAULT_BACKOFF: Backoff = { minDelayMs: 1000, maxDelayMs: 30_000, factor: 2, jitter: 'equal' }

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): `minDelayMs * factor^(attempt - 1)`, at most
 * `maxDelayMs`, with jitter. `random` is called once, and not at all without jitter.
 * @param atLeastMs the server's wish (`Retry-After`); it is kept even beyond `maxDelayMs`
 */
export function backoffDelay(backoff: Backoff, attempt: number, random: () => number, atLeastMs = 0): number {
  const { minDelayMs, maxDelayMs, factor, jitter } = backoff
  // factor ** n may overflow to Infinity, and 0 * Infinity is not a number.
  const grown = minDelayMs === 0 ? 0 : minDelayMs * factor ** (attempt - 1)
  const whole = Math.min(grown, maxDelayMs)
  return Math.max(Math.round(jittered(whole, jitter, random)), atLeastMs)
}

function jittered(whole: number, jitter: Jitter, random: () => number): number {
  if (jitter === 'none') return whole
  return jitter === 'full' ? whole * random() : whole / 2 + (whole / 2) * random()
}

/** The delay that an error asks for: its `retryAfterMs` if that is a number of at least 0, else 0. */
export function requestedDelay(error: unknown): number {
  const asked =
    typeof error === 'object' && error !== null ? (error as { retryAfterMs?: unknown }).retryAfterMs : 0
  return typeof asked === 'number' && Number.isFinite(asked) && asked > 0 ? asked : 0
}
