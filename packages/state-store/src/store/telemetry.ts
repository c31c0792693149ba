import type {
  LogFilter,
  LogLine,
  MetricSample,
  RedactedLine,
  SampleFilter,
  Telemetry,
  TelemetryOptions,
} from '../contract/telemetry.ts'
import { Outgoing } from '../telemetry/outgoing.ts'
import { type Redactor, redactorOf } from '../telemetry/redact.ts'
import { Rotation } from '../telemetry/rotation.ts'
import { logRow, redactedLine, sampleRow } from '../telemetry/rows.ts'
import type { Access } from './access.ts'
import { checkDuration, checkWhole } from './checks.ts'
import type { GroupCommit } from './group-commit.ts'
import { readLogPage, readSamplePage } from './telemetry-pages.ts'

const DAY_MS = 86_400_000

/**
 * Lines are large and looked at within days of an incident; samples are a tenth of their size and are compared between
 * weeks.
 */
const KEEP_LOGS_MS = 7 * DAY_MS
const KEEP_SAMPLES_MS = 30 * DAY_MS

const MAX_WAITING = 10_000
const MAX_WAITING_BYTES = 8 * 1024 * 1024
const MAX_LINE_LENGTH = 8_192

const MAX_OUTPUT_PER_RUN = 1024 * 1024
const MAX_WAITING_OUTPUT = 8 * 1024 * 1024

export type CheckedTelemetry = ReturnType<typeof checkTelemetry>

/** The options with defaults filled in. Throws `INVALID_ARGUMENT`. */
export function checkTelemetry(options: TelemetryOptions = {}) {
  const { keepLogsMs = KEEP_LOGS_MS, keepSamplesMs = KEEP_SAMPLES_MS } = options
  return {
    keepLogsMs: keepLogsMs === null ? null : checkDuration('telemetry.keepLogsMs', keepLogsMs),
    keepSamplesMs: keepSamplesMs === null ? null : checkDuration('telemetry.keepSamplesMs', keepSamplesMs),
    maxWaiting: checkWhole('telemetry.maxWaiting', options.maxWaiting ?? MAX_WAITING, 1),
    maxWaitingBytes: checkWhole('telemetry.maxWaitingBytes', options.maxWaitingBytes ?? MAX_WAITING_BYTES, 1),
    maxLineLength: checkWhole('telemetry.maxLineLength', options.maxLineLength ?? MAX_LINE_LENGTH, 80),
    maxOutputPerRun: checkWhole(
      'telemetry.maxOutputPerRun',
      options.maxOutputPerRun ?? MAX_OUTPUT_PER_RUN,
      1,
    ),
    maxWaitingOutput: checkWhole(
      'telemetry.maxWaitingOutput',
      options.maxWaitingOutput ?? MAX_WAITING_OUTPUT,
      1,
    ),
    redactor: redactorOf(options.secretKeys, options.secretPatterns),
  }
}

/** Telemetry in front of the group commit. */
export class StoreTelemetry implements Telemetry {
  readonly #outgoing: Outgoing
  readonly #rotation: Rotation
  readonly #read: Access['read']
  readonly #redactor: Redactor
  readonly #most: number

  constructor(writes: Pick<GroupCommit, 'add' | 'later'>, read: Access['read'], options: CheckedTelemetry) {
    this.#read = read
    this.#redactor = options.redactor
    this.#most = options.maxLineLength
    this.#rotation = new Rotation(options, (rider) => writes.later(rider))
    const departure = {
      later: (rider: Parameters<GroupCommit['later']>[0]) => writes.later(rider),
      now: (operation: Parameters<GroupCommit['add']>[0] & { readonly op: 'telemetry' }) =>
        writes.add(operation),
    }
    this.#outgoing = new Outgoing(departure, options, () => this.#rotation.written())
  }

  log(line: LogLine): void {
    try {
      if (this.#outgoing.isFull) this.#outgoing.drop('log')
      else this.#outgoing.push(logRow(line, this.#most, this.#redactor))
    } catch {
      this.#outgoing.drop('log')
    }
  }

  redact(line: LogLine): RedactedLine {
    return redactedLine(line, this.#most, this.#redactor)
  }

  sample(sample: MetricSample): void {
    try {
      const row = sampleRow(sample, this.#most, this.#redactor)
      if (row === undefined) this.#outgoing.drop('sample')
      else this.#outgoing.push(row)
    } catch {
      this.#outgoing.drop('sample')
    }
  }

  async logs(filter: LogFilter = {}) {
    return readLogPage(filter, (operation) => this.#read(operation))
  }

  async samples(filter: SampleFilter = {}) {
    return readSamplePage(filter, (operation) => this.#read(operation))
  }

  dropped() {
    return this.#outgoing.dropped
  }

  flush(): Promise<void> {
    return this.#outgoing.flush()
  }

  /** Sends what waits along with the last batch. */
  close(): void {
    this.#rotation.close()
    this.#outgoing.close()
  }
}
