/**
 * How much of a delay is left to chance: `none`; `equal` half fixed, half random, so that 1, 2, 4 s stay
 * recognisable; `full` anything from nothing to the whole delay. Names after Marc Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 */
export type Jitter = (typeof JITTERS)[number]

export const JITTERS = ['none', 'equal', 'full'] as const

export interface Backoff {
  /** Milliseconds after the first failed attempt, before jitter. */
  readonly minDelayMs: number
  /** The most that the delay grows to, in milliseconds, before jitter. */
  readonly maxDelayMs: number
  /** What each delay is multiplied by to get the next one. At least 1. */
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
