import type { MessageBus } from '../contract/message-bus.ts'

/** Limits that a case needs small. A backend maps them to its own options; a limit that it lacks is a skip. */
export interface ConformanceSettings {
  readonly maxPayloadBytes?: number
  readonly maxEvents?: number
  readonly maxEventAgeMs?: number
  readonly maxResults?: number
  readonly maxQueueDepth?: number
  readonly whenFull?: 'reject' | 'wait'
  readonly maxDeadLetters?: number
  readonly backoffMs?: number
  readonly maxBackoffMs?: number
  readonly dedupMs?: number
  readonly requestTimeoutMs?: number
  readonly onHandlerError?: (error: unknown) => void
}

/** A bus under test, with its clock. */
export interface Bench {
  readonly bus: MessageBus
  /** Lets this much of the bus's time pass: a virtual clock moves, a real one is waited for. */
  advance(ms: number): Promise<void>
  /** Lets what is on its way arrive. */
  settle(): Promise<void>
}

/** Opens a new, empty bus. The suite closes it. */
export type OpenBench = (settings?: ConformanceSettings) => Promise<Bench>

/** One thing that every backend must do. */
export interface ConformanceCase {
  readonly group: string
  readonly name: string
  readonly run: (open: OpenBench) => Promise<void>
}

/** Cases of one group, by name. */
export const group = (
  name: string,
  cases: Readonly<Record<string, ConformanceCase['run']>>,
): ConformanceCase[] => Object.entries(cases).map(([caseName, run]) => ({ group: name, name: caseName, run }))
