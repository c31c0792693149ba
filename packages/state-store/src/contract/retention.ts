import type { RunStatus } from './run.ts'

/** The statuses in which a run may be pruned or compacted. */
export type FinishedStatus = Extract<RunStatus, 'completed' | 'failed' | 'cancelled'>

/** Which finished runs go. */
export interface Retention {
  /** Runs that ended at least this long ago, in milliseconds of the store's time. */
  readonly olderThan: number
  /** Of the runs that the filter names, this many that were opened last stay, however old. Default 0. */
  readonly keepLast?: number
  /** Default: all three. */
  readonly statuses?: readonly FinishedStatus[]
  /** Runs of these workflows alone. Default: all. */
  readonly types?: readonly string[]
  /**
   * What is left of them. `nothing` (default): run, journal and messages are deleted. `result`: the run stays, and its
   * journal becomes its result, as {@link CompactVerdict} says.
   */
  readonly keep?: 'nothing' | 'result'
  /** At most this many runs in one transaction; large ones go in smaller groups. Default 100, at most 500. */
  readonly batchSize?: number
  /** Stops between two transactions: the call rejects with the signal's reason; what went is gone. */
  readonly signal?: AbortSignal
}

/** What a call has deleted. An answer that was lost on the way is asked for again and then counts nothing. */
export interface Pruned {
  /** Runs that were deleted, or compacted. */
  readonly runs: number
  /** Journal entries that are gone. */
  readonly entries: number
  /** Inbox messages that are gone. */
  readonly messages: number
}

/**
 * What became of the request to compact one run.
 *
 * A compacted run keeps its head (version, epoch, fence, status, times), its first entry with the input, its last with
 * the output or the error, and between them, as version - 1, one of kind `compacted`; a run that completed without an
 * output keeps the outputs of its steps in it, for they are its result. Its messages are gone. The fold of the journal
 * gives the result; versions in between are gone for good, and who asks for them gets `RUN_COMPACTED`, as do `resume`,
 * `rollback` and `fork`.
 */
export type CompactVerdict =
  | {
      readonly ok: true
      /** Journal entries that are gone; 0 if the run was compacted before. */
      readonly entries: number
      /** Inbox messages that are gone. */
      readonly messages: number
    }
  | { readonly ok: false; readonly reason: 'not_finished'; readonly status: RunStatus }
  /** A lifecycle message of it was not confirmed. */
  | { readonly ok: false; readonly reason: 'unsent' }

/** A number, and whether it was counted or estimated. */
export interface Amount {
  readonly value: number
  readonly exact: boolean
}

/** How large a table is, over all namespaces. */
export interface TableSize {
  readonly table: string
  readonly rows: Amount
  /** With its indexes, on disk; freed space that the table keeps for itself counts. */
  readonly bytes: Amount
}
