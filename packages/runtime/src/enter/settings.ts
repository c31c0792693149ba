import { type Duration, toMs } from '../define/duration.ts'
import { RuntimeError } from '../errors.ts'
import type { BreakerScope } from './agent-registry.ts'

export interface SettingsOptions {
  /** Runs of this process at once. Default 200. */
  readonly concurrency?: number
  /** How long other workers wait after this one's last sign of life before they take its runs. Default 30 s. */
  readonly lease?: Duration
  /** How often the worker looks for runs that nobody told it of. Default 2 s. */
  readonly sweep?: Duration
  /** This worker's name, unique among the live ones. Default: a UUID. */
  readonly worker?: string
  /**
   * Whether agents' breakers are one over all processes on the store (`shared`, the default), or each process has its
   * own (`process`).
   */
  readonly breakers?: BreakerScope
}

export interface Settings {
  readonly concurrency: number
  readonly leaseMs: number
  readonly sweepMs: number
  readonly worker: string
  readonly breakers: BreakerScope
}

export function settingsOf(options: SettingsOptions, id: () => string): Settings {
  const concurrency = options.concurrency ?? 200
  if (!Number.isSafeInteger(concurrency) || concurrency < 0) {
    throw new RuntimeError(
      'INVALID_DEFINITION',
      `concurrency must be a whole number from 0 (run nothing here); it is ${concurrency}.`,
    )
  }
  const breakers = options.breakers ?? 'shared'
  if (breakers !== 'shared' && breakers !== 'process') {
    throw new RuntimeError('INVALID_DEFINITION', `'breakers' must be 'shared' or 'process'.`)
  }
  return {
    breakers,
    concurrency,
    leaseMs: toMs(options.lease ?? '30s'),
    sweepMs: toMs(options.sweep ?? '2s'),
    worker: options.worker ?? id(),
  }
}
