import { type AutoDisable, autoDisableSettings } from '../agents/auto-disable.ts'
import { type Duration, toMs } from '../define/duration.ts'
import { RuntimeError } from '../errors.ts'
import type { BreakerScope } from './agent-registry.ts'

export interface SettingsOptions {
  /** Runs of this process at once. Default 200. */
  readonly concurrency?: number
  /** Submitted tasks that this process does at once. Default 5; 0 leaves the queue to others. */
  readonly taskConcurrency?: number
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
  /** For agents that do not say themselves: when too many calls fail, the agent is disabled in all processes. Default: never. */
  readonly autoDisable?: AutoDisable
}

export interface Settings {
  readonly concurrency: number
  readonly taskConcurrency: number
  readonly leaseMs: number
  readonly sweepMs: number
  readonly worker: string
  readonly breakers: BreakerScope
  readonly autoDisable: AutoDisable | undefined
}

export function settingsOf(options: SettingsOptions, id: () => string): Settings {
  const breakers = options.breakers ?? 'shared'
  if (breakers !== 'shared' && breakers !== 'process') {
    throw new RuntimeError('INVALID_DEFINITION', `'breakers' must be 'shared' or 'process'.`)
  }
  const { autoDisable } = options
  if (autoDisable !== undefined) autoDisableSettings(autoDisable, 'the runtime')
  return {
    autoDisable,
    breakers,
    concurrency: checkConcurrency('concurrency', options.concurrency ?? 200),
    taskConcurrency: checkConcurrency('taskConcurrency', options.taskConcurrency ?? 5),
    leaseMs: toMs(options.lease ?? '30s'),
    sweepMs: toMs(options.sweep ?? '2s'),
    worker: options.worker ?? id(),
  }
}

function checkConcurrency(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new RuntimeError(
    'INVALID_DEFINITION',
    `${name} must be a whole number from 0 (run nothing here); it is ${value}.`,
  )
}
