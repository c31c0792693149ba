import type { Envelope } from '../contract/envelope.ts'
import { BadOptionError } from '../contract/errors.ts'
import type { Known } from '../contract/known-options.ts'
import { duration, wholeNumber } from '../contract/option.ts'
import { type Ports, realPorts } from '../ports.ts'

/** Limits and habits that every backend shares. Everything that is kept is bounded. */
export interface MessageBusOptions {
  /** Clock, timers and ids of this process; real ones unless given. */
  readonly ports?: Partial<Ports> | undefined
  /** Largest payload in bytes of JSON. Default 1 MiB. */
  readonly maxPayloadBytes?: number | undefined
  /** Events kept for replay, by count, by age and by characters of JSON. Default 10,000, one hour, 64 Mi. */
  readonly maxEvents?: number | undefined
  readonly maxEventAgeMs?: number | undefined
  readonly maxEventChars?: number | undefined
  /** Final results kept for `getResult`, by count, by age and by characters. Default 10,000, one hour, 64 Mi. */
  readonly maxResults?: number | undefined
  readonly maxResultAgeMs?: number | undefined
  readonly maxResultChars?: number | undefined
  /** How long and how many ids are remembered to find duplicates. Default 5 minutes and 100,000. */
  readonly dedupMs?: number | undefined
  readonly maxDedupIds?: number | undefined
  /** Messages and characters of JSON that one queue holds. Default 10,000 in memory, 1,000,000 elsewhere; 64 Mi and 1 Gi. */
  readonly maxQueueDepth?: number | undefined
  readonly maxQueueChars?: number | undefined
  /** What `send` does with a full queue: `reject` with QueueFullError (default) or `wait` for room. */
  readonly whenFull?: 'reject' | 'wait' | undefined
  /** Dead letters that one queue keeps; older ones go, counted. Default 1000. */
  readonly maxDeadLetters?: number | undefined
  /** Backoff of failed work: doubled with each attempt from the first to the longest. Default 1 s and 60 s. */
  readonly backoffMs?: number | undefined
  readonly maxBackoffMs?: number | undefined
  /** How long `request` waits unless told otherwise. Default 30 s. */
  readonly requestTimeoutMs?: number | undefined
  /** Gets what handlers throw. Without it the first error is a process warning. */
  readonly onHandlerError?: ((error: unknown, envelope: Envelope) => void) | undefined
}

/** The options that every backend has. */
export const BUS_OPTIONS: Known<MessageBusOptions> = {
  ports: true,
  maxPayloadBytes: true,
  maxEvents: true,
  maxEventAgeMs: true,
  maxEventChars: true,
  maxResults: true,
  maxResultAgeMs: true,
  maxResultChars: true,
  dedupMs: true,
  maxDedupIds: true,
  maxQueueDepth: true,
  maxQueueChars: true,
  whenFull: true,
  maxDeadLetters: true,
  backoffMs: true,
  maxBackoffMs: true,
  requestTimeoutMs: true,
  onHandlerError: true,
}

/** Numbers of the options, all of them there. */
export interface Limits {
  readonly maxPayloadBytes: number
  readonly maxEvents: number
  readonly maxEventAgeMs: number
  readonly maxEventChars: number
  readonly maxResults: number
  readonly maxResultAgeMs: number
  readonly maxResultChars: number
  readonly dedupMs: number
  readonly maxDedupIds: number
  readonly maxQueueDepth: number
  readonly maxQueueChars: number
  readonly maxDeadLetters: number
  readonly backoffMs: number
  readonly maxBackoffMs: number
  readonly requestTimeoutMs: number
}

export interface BusSettings extends Limits {
  readonly whenFull: 'reject' | 'wait'
  readonly onHandlerError: MessageBusOptions['onHandlerError']
  readonly ports: Ports
}

const MEBI = 1024 * 1024

const DEFAULTS: Limits = {
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
  requestTimeoutMs: 30_000,
}

/** Fills in the defaults. @param own defaults of the backend @throws BadOptionError */
export function busSettings(options: MessageBusOptions, own: Partial<Limits> = {}): BusSettings {
  const names = Object.keys(DEFAULTS) as (keyof Limits)[]
  const limits = Object.fromEntries(
    names.map((name) => [name, checked(name, options[name] ?? own[name] ?? DEFAULTS[name])]),
  ) as unknown as Limits
  const { whenFull = 'reject', onHandlerError, ports } = options
  if (whenFull !== 'reject' && whenFull !== 'wait')
    throw new BadOptionError('whenFull', "'reject' or 'wait'", whenFull)
  return { ...limits, whenFull, onHandlerError, ports: { ...realPorts, ...ports } }
}

const checked = (name: string, value: number): number =>
  name.endsWith('Ms') ? duration(name, value) : wholeNumber(name, value, 1)
