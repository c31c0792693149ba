import { atLeast, optionalFunction, wholeNumber } from '../option.ts'

export interface BreakerOptions {
  /** Opens when more than this percentage of the calls in the window failed. Default 50. */
  readonly errorThresholdPercentage?: number
  /** Never opens with fewer calls than this in the window. Default 5. */
  readonly volumeThreshold?: number
  /** Milliseconds from opening until probes are let through. Default 30,000. */
  readonly resetTimeoutMs?: number
  /** Length of the rolling window in milliseconds. Default 10,000. */
  readonly windowMs?: number
  /** Parts that the window moves in, 1 to 1000, of at least a millisecond each. Default 10. */
  readonly buckets?: number
  /**
   * Probes that a half-open breaker lets through, over all processes that share it: one that fails opens it again, so
   * many successes close it. Default 1.
   */
  readonly probes?: number
  /** A probe without an outcome for this long gives its place to another. Default 60,000. */
  readonly probeTimeoutMs?: number
  /**
   * Does this error say that the service is ill? `false` counts as an answer, like a success: use it for "not
   * found". Default: every error counts. A full bulkhead and the caller's abort never count, either way. An error on
   * which `countIf` itself throws counts.
   */
  readonly countIf?: (error: unknown) => boolean
}

/** The options of a breaker with the defaults filled in. */
export type BreakerSettings = Required<Omit<BreakerOptions, 'countIf'>> & Pick<BreakerOptions, 'countIf'>

/** The rules of an open breaker. */
export type ProbeRules = Pick<BreakerSettings, 'resetTimeoutMs' | 'probes' | 'probeTimeoutMs'>

/** Each bucket is memory, and the number may come from data. */
const MOST_BUCKETS = 1000

/** Fills in the defaults. @throws BadOptionError */
export function breakerSettings(options: BreakerOptions): BreakerSettings {
  const settings = {
    errorThresholdPercentage: options.errorThresholdPercentage ?? 50,
    volumeThreshold: options.volumeThreshold ?? 5,
    resetTimeoutMs: options.resetTimeoutMs ?? 30_000,
    windowMs: options.windowMs ?? 10_000,
    buckets: options.buckets ?? 10,
    probes: options.probes ?? 1,
    probeTimeoutMs: options.probeTimeoutMs ?? 60_000,
  }
  atLeast('breaker.errorThresholdPercentage', settings.errorThresholdPercentage, 0)
  wholeNumber('breaker.volumeThreshold', settings.volumeThreshold, 0)
  atLeast('breaker.resetTimeoutMs', settings.resetTimeoutMs, 0)
  wholeNumber('breaker.buckets', settings.buckets, 1, MOST_BUCKETS)
  atLeast('breaker.windowMs', settings.windowMs, settings.buckets)
  wholeNumber('breaker.probes', settings.probes, 1)
  atLeast('breaker.probeTimeoutMs', settings.probeTimeoutMs, 0)
  optionalFunction('breaker.countIf', options.countIf)
  return options.countIf ? { ...settings, countIf: options.countIf } : settings
}

/** Does this error count as a failure? */
export function countsAsFailure({ countIf }: BreakerSettings, error: unknown): boolean {
  if (countIf === undefined) return true
  try {
    return countIf(error)
  } catch {
    // A throw would leave the call unsettled inside opossum; an error that nobody could judge counts.
    return true
  }
}
