import type { Json } from './json.ts'
import type { Page } from './run.ts'

/** How much a log line matters, least first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a line or a sample is about, as far as is known. A run need not exist. */
interface About {
  readonly runId?: string
  readonly step?: string
  readonly agent?: string
  /** How long ago it was, in milliseconds. Default 0: now. */
  readonly agoMs?: number
}

export interface LogLine extends About {
  /** Default `info`. */
  readonly level?: LogLevel
  readonly message: string
  /** Anything: what JSON cannot hold is made readable, what is too large is cut, secrets are taken out. */
  readonly context?: object
}

export interface MetricSample extends About {
  readonly name: string
  /** A finite number; anything else is dropped and counted. */
  readonly value: number
  /** Made harmless as a line's context is. */
  readonly tags?: object
}

/** A log line as it was kept. */
export interface LogRecord {
  /** A UUID, rising with time. */
  readonly id: string
  /** In the store's time. */
  readonly at: number
  readonly level: LogLevel
  readonly message: string
  readonly context: Json
  readonly runId: string | null
  readonly step: string | null
  readonly agent: string | null
}

/** A log line as it would be kept: short, readable, without secrets. */
export type RedactedLine = Omit<LogRecord, 'id' | 'at'>

/** A sample as it was kept. */
export interface SampleRecord {
  readonly id: string
  readonly at: number
  readonly name: string
  readonly value: number
  readonly tags: Json
  readonly runId: string | null
  readonly step: string | null
  readonly agent: string | null
}

interface TelemetryFilter {
  readonly runId?: string
  readonly step?: string
  readonly agent?: string
  /** At or after this time. */
  readonly since?: number
  /** Before this time. */
  readonly until?: number
  /** By time. Default `newest`. */
  readonly order?: 'newest' | 'oldest'
  /** Default 100, at most 1,000. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

export interface LogFilter extends TelemetryFilter {
  /** This level and those that matter more. */
  readonly level?: LogLevel
}

export interface SampleFilter extends TelemetryFilter {
  readonly name?: string
}

/**
 * Log lines and samples of a program's own. They may be lost, the journal may not: nothing waits for them, and whoever
 * writes more than the store can take loses the newest, counted.
 *
 * Secrets are taken out, by key and by the look of the value, before anything leaves this process.
 */
export interface Telemetry {
  /**
   * Keeps a line in memory; it travels with the next commit, or by itself after a quarter of a second. Never throws and
   * never waits. Lost if the process ends before, or if too many are waiting.
   */
  log(line: LogLine): void

  /** The line as `log` keeps it, for another place than the store. Never throws. */
  redact(line: LogLine): RedactedLine

  /** The same for a number that was measured. */
  sample(sample: MetricSample): void

  /**
   * A page of log lines by time; `next` is `null` after the last. What was logged here and has not left yet is not in
   * it: `flush` first. Lines of one program are in their order; one that arrives late is missing from pages that were
   * read before.
   */
  logs(filter?: LogFilter): Promise<Page<LogRecord>>

  /** A page of samples by time. */
  samples(filter?: SampleFilter): Promise<Page<SampleRecord>>

  /** How many were dropped since the store was opened here. Told in the log as well, where they are missing. */
  dropped(): { readonly logs: number; readonly samples: number }

  /** Resolves once everything before this call was written, or dropped. Never rejects. */
  flush(): Promise<void>
}

/** Bounds and rules of telemetry; all optional. */
export interface TelemetryOptions {
  /** How long log lines are kept, in milliseconds. Default 7 days; `null` for ever. */
  readonly keepLogsMs?: number | null
  /** How long samples are kept, in milliseconds. Default 30 days; `null` for ever. */
  readonly keepSamplesMs?: number | null
  /** Lines and samples that wait in memory at most. Default 10,000. */
  readonly maxWaiting?: number
  /** Bytes that they take in memory at most. Default 8 MiB. */
  readonly maxWaitingBytes?: number
  /** Characters of one line's message and context at most; the rest is cut off. Default 8,192. */
  readonly maxLineLength?: number
  /** Characters of steps' output that are kept of one run, the newest; encoded, with one more a chunk. Default 1 Mi. */
  readonly maxOutputPerRun?: number
  /** UTF-16 units of steps' output that wait in memory at most, of all runs. Default 8 Mi (16 MiB). */
  readonly maxWaitingOutput?: number
  /** More keys whose values are secrets. Case and separators do not count: `apikey` is also `API-Key`. */
  readonly secretKeys?: readonly string[]
  /** More patterns of secrets inside text. */
  readonly secretPatterns?: readonly RegExp[]
}
