import type { QueueStatus } from './work.ts'

/** The middle and the slow end of the last thousand, in milliseconds; `null` when there was none. */
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
}

/** One queue: how it stands at the broker, and what this bus did with it. */
export interface QueueStats extends QueueStatus {
  /** Messages that are neither acknowledged nor dead. */
  readonly depth: number
  /** Messages this bus sent and handled in a second, over the last minute. */
  readonly sentPerSecond: number
  readonly handledPerSecond: number
  readonly failedPerSecond: number
  /** How long handlers took. */
  readonly handlingMs: Percentiles
  /** How long messages waited between acceptance and their handler, by the broker's clock. */
  readonly waitingMs: Percentiles
}

/** One topic of events, as this bus sees it. */
export interface TopicStats {
  readonly publishedPerSecond: number
  /** Calls of handlers: one event counts for each subscription. */
  readonly handledPerSecond: number
  readonly failedPerSecond: number
  /** How long handlers took. */
  readonly handlingMs: Percentiles
}

export interface MessageBusStats {
  /** By queue: those that this bus sent to or consumed, at most a thousand. */
  readonly queues: Readonly<Record<string, QueueStats>>
  /** By topic: those that this bus published or handled, at most a thousand. */
  readonly topics: Readonly<Record<string, TopicStats>>
}
