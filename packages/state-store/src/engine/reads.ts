import type { RunStatus } from '../contract/run.ts'
import type { AgentReadOperation, AgentReadResults } from './agents.ts'
import type { BacklogOperation, BacklogResult } from './backlog.ts'
import type { CellReadResults, CellsOperation, ReadCellOperation } from './cells.ts'
import type { MetricsOperation, MetricsReadResults } from './metrics.ts'
import type { ParkedRow } from './parked.ts'
import type { RetentionReadOperation, RetentionReadResults } from './retention.ts'
import type { InboxRow, JournalRow, KeptLogRow, KeptOutputRow, KeptSampleRow, RunRow } from './rows.ts'
import type { ScheduleReadOperation, ScheduleReadResults } from './schedules.ts'

export type ReadOperation =
  | { readonly op: 'now' }
  | { readonly op: 'run'; readonly runId: string }
  | RunsOperation
  | EntriesOperation
  | { readonly op: 'inbox'; readonly runId: string; readonly after: number }
  | UnsentOperation
  | { readonly op: 'parked' }
  | ReadCellOperation
  | CellsOperation
  | AgentReadOperation
  | ScheduleReadOperation
  | RetentionReadOperation
  | BacklogOperation
  | MetricsOperation
  | LogsOperation
  | SamplesOperation
  | OutputOperation

interface TelemetryOperation {
  readonly runId: string | null
  readonly step: string | null
  readonly agent: string | null
  readonly since: number | null
  readonly until: number | null
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  /** The place of the last row of the page before: rows are in the order of (at, id). */
  readonly after: { readonly at: number; readonly id: string } | null
}

export interface LogsOperation extends TelemetryOperation {
  readonly op: 'logs'
  readonly levels: readonly string[] | null
}

export interface SamplesOperation extends TelemetryOperation {
  readonly op: 'samples'
  readonly name: string | null
}

export interface OutputOperation {
  readonly op: 'output'
  readonly runId: string
  readonly after: number
  readonly limit: number
}

export interface UnsentOperation {
  readonly op: 'unsent'
  readonly idleMs: number
  readonly limit: number
  /** Only this run. */
  readonly runId: string | null
}

export interface RunsOperation {
  readonly op: 'runs'
  readonly statuses: readonly RunStatus[] | null
  readonly type: string | null
  readonly key: string | null
  readonly since: number | null
  readonly until: number | null
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  /** The place of the last run of the page before. */
  readonly after: number | null
}

export interface EntriesOperation {
  readonly op: 'entries'
  readonly runId: string
  readonly from: number
  readonly to: number | null
  readonly since: number | null
  readonly until: number | null
  readonly kinds: readonly string[] | null
  readonly limit: number
}

export interface ReadResults
  extends CellReadResults,
    AgentReadResults,
    ScheduleReadResults,
    RetentionReadResults,
    MetricsReadResults {
  readonly now: number
  readonly run: RunRow | null
  readonly backlog: BacklogResult
  readonly runs: readonly RunRow[]
  readonly entries: readonly JournalRow[] | null
  readonly inbox: readonly InboxRow[] | null
  readonly parked: readonly ParkedRow[]
  readonly unsent: readonly { readonly run: RunRow; readonly entries: readonly JournalRow[] }[]
  readonly logs: readonly KeptLogRow[]
  readonly samples: readonly KeptSampleRow[]
  readonly output: readonly KeptOutputRow[] | null
}
