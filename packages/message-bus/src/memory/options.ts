import type { Envelope } from '../contract/envelope.ts'
import { BadOptionError } from '../contract/errors.ts'
import { duration, wholeNumber } from '../contract/option.ts'
import { type Ports, realPorts } from '../ports.ts'

/** Limits and habits of a bus in memory. Everything it keeps is bounded. */
export interface MemoryMessageBusOptions {
  /** Clock, timers and ids; real ones unless given. */
  readonly ports?: Partial<Ports>
  /** Largest payload in bytes of JSON. Default 1 MiB. */
  readonly maxPayloadBytes?: number
  /** Events kept for replay, by count, by age and by characters of JSON. Default 10,000, one hour, 64 Mi. */
  readonly maxEvents?: number
  readonly maxEventAgeMs?: number
  readonly maxEventChars?: number
  /** Final results kept for `getResult`, by count, by age and by characters. Default 10,000, one hour, 64 Mi. */
  readonly maxResults?: number
  readonly maxResultAgeMs?: number
  readonly maxResultChars?: number
  /** How long and how many ids are remembered to find duplicates. Default 5 minutes and 100,000. */
  readonly dedupMs?: number
  readonly maxDedupIds?: number
  /** Messages and characters of JSON that one queue holds. Default 10,000 and 64 Mi. */
  readonly maxQueueDepth?: number
  readonly maxQueueChars?: number
  /** What `send` does with a full queue: `reject` with QueueFullError (default) or `wait` for room. */
  readonly whenFull?: 'reject' | 'wait'
  /** Dead letters that one queue keeps; older ones go, counted. Default 1000. */
  readonly maxDeadLetters?: number
  /** Backoff of failed work: doubled with each attempt from the first to the longest. Default 1 s and 60 s. */
  readonly backoffMs?: number
  readonly maxBackoffMs?: number
  /** Gets what handlers throw. Without it the first error is a process warning. */
  readonly onHandlerError?: (error: unknown, envelope: Envelope) => void
}

export type MemorySettings = Required<Omit<MemoryMessageBusOptions, 'ports' | 'onHandlerError'>> & {
  readonly ports: Ports
}

const MEBI = 1024 * 1024

const DEFAULTS = {
  maxPayloadBytes: MEBI,
  maxEvents: 10_000,
  maxEventAgeMs: 3_600_000,
  maxEventChars: 64 * MEBI,
  maxResults: 10_000,
  maxResultAgeMs: 3_600_000,
  maxResultChars: 64 * MEBI,
  dedupMs: 300_000,
  maxDedupIds: 100_000,
  maxQueueDepth: 10_000,
  maxQueueChars: 64 * MEBI,
  maxDeadLetters: 1000,
  backoffMs: 1000,
  maxBackoffMs: 60_000,
} as const

/** Fills in the defaults. @throws BadOptionError */
export function memorySettings(options: MemoryMessageBusOptions): MemorySettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const {
    onHandlerError: _,
    ports,
    whenFull = 'reject',
    ...numbers
  } = Object.fromEntries(given) as MemoryMessageBusOptions
  const limits = { ...DEFAULTS, ...numbers }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    if (name.endsWith('Ms')) duration(name, limits[name])
    else wholeNumber(name, limits[name], 1)
  }
  if (whenFull !== 'reject' && whenFull !== 'wait')
    throw new BadOptionError('whenFull', "'reject' or 'wait'", whenFull)
  return { ...limits, whenFull, ports: { ...realPorts, ...ports } }
}
