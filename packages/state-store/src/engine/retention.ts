import type { CompactVerdict, FinishedStatus, TableSize } from '../contract/retention.ts'
import type { EntryRow } from './entry-row.ts'
import type { RunRow } from './rows.ts'

// What an engine is asked about runs that have ended, and about times to come.

/** Deletes a run with all its rows, if it has ended, all its messages left, and its journal is still at `version`. */
export interface DeleteRunOperation {
  readonly op: 'delete_run'
  readonly runId: string
  readonly version: number
}

/** What went; `null` if the run is not there, or is not what it was. */
export type DeleteRunResult = { readonly entries: number; readonly messages: number } | null

/** Puts `entry` in the place of all between the first and the last entry of a run that has ended. */
export interface CompactOperation {
  readonly op: 'compact'
  readonly runId: string
  readonly version: number
  readonly entry: EntryRow
}

export type CompactResult =
  | CompactVerdict
  | { readonly ok: false; readonly reason: 'unknown_run' }
  | { readonly ok: false; readonly reason: 'version_conflict' }

export type RetentionOperation = DeleteRunOperation | CompactOperation

export interface RetentionResults {
  readonly delete_run: DeleteRunResult
  readonly compact: CompactResult
}

/** Finished runs of these statuses and, unless `null`, types. */
export interface Ended {
  readonly statuses: readonly FinishedStatus[]
  readonly types: readonly string[] | null
}

/** The place of the `count`-th newest of them; 0 if there are fewer. */
export interface NewestOperation extends Ended {
  readonly op: 'newest'
  readonly count: number
}

/**
 * Looks at the next `limit` of them, by the order of their opening, and answers those that ended by `before`, opened
 * before place `keepFrom`, whose messages all left and, if so asked, that are not compacted.
 */
export interface FinishedOperation extends Ended {
  readonly op: 'finished'
  readonly before: number
  readonly keepFrom: number | null
  /** Only those that are not compacted. */
  readonly whole: boolean
  readonly after: number
  readonly limit: number
}

export interface FinishedRuns {
  readonly runs: readonly { readonly run_id: string; readonly version: number; readonly bytes: number }[]
  /** Where to look next; `null` if there is nothing more to find. */
  readonly next: number | null
}

export interface TimersOperation {
  readonly op: 'timers'
  readonly type: string | null
  readonly until: number | null
  readonly limit: number
  /** The time and place of the last one of the page before. */
  readonly after: { readonly at: number; readonly no: number } | null
}

export type RetentionReadOperation =
  | NewestOperation
  | FinishedOperation
  | TimersOperation
  | { readonly op: 'sizes' }

export interface RetentionReadResults {
  readonly newest: number
  readonly finished: FinishedRuns
  readonly timers: readonly RunRow[]
  readonly sizes: readonly TableSize[]
}
