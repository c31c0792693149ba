import { atLeast, wholeNumber } from './option.ts'

export interface BreakerOptions {
  /** Opens when more than this percentage of the calls in the window failed. Default 50. */
  readonly errorThresholdPercentage?: number
  /** Never opens with fewer calls than this in the window. Default 5. */
  readonly volumeThreshold?: number
  /** Milliseconds from opening until a probe is let through. Default 30,000. */
  readonly resetTimeoutMs?: number
  /** Length of the rolling window in milliseconds, and the buckets it moves in. Default 10,000 and 10. */
  readonly windowMs?: number
  readonly buckets?: number
  /** A probe without an outcome for this long no longer blocks the next one. Default 60,000. */
  readonly probeTimeoutMs?: number
  /**
   * Does this error say that the service is ill? `false` counts as an answer, like a success: use it for "not
   * found". Default: every error counts. A full bulkhead and the caller's abort never count, either way. An error on which `countIf` itself throws counts.
   */
  readonly countIf?: (error: unknown) => boolean
}

export type BreakerSettings = Required<BreakerOptions>

/** Fills in the defaults. @throws BadOptionError */
export function breakerSettings(options: BreakerOptions): BreakerSettings {
  const settings = {
    errorThresholdPercentage: options.errorThresholdPercentage ?? 50,
    volumeThreshold: options.volumeThreshold ?? 5,
    resetTimeoutMs: options.resetTimeoutMs ?? 30_000,
    windowMs: options.windowMs ?? 10_000,
    buckets: options.buckets ?? 10,
    probeTimeoutMs: options.probeTimeoutMs ?? 60_000,
    countIf: options.countIf ?? (() => true),
  }
  atLeast('breaker.errorThresholdPercentage', settings.errorThresholdPercentage, 0)
  wholeNumber('breaker.volumeThreshold', settings.volumeThreshold, 0)
  atLeast('breaker.resetTimeoutMs', settings.resetTimeoutMs, 0)
  wholeNumber('breaker.buckets', settings.buckets, 1)
  atLeast('breaker.windowMs', settings.windowMs, settings.buckets)
  atLeast('breaker.probeTimeoutMs', settings.probeTimeoutMs, 0, true)
  return settings
}
