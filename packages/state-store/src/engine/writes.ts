import type { Claimable, ClaimedRun, HeartbeatResult } from '../contract/claim.ts'
import type { RefusalReason } from '../contract/commit.ts'
import type { ClaimFor, InboxKind, OnKey, RunStatus } from '../contract/run.ts'
import type { LogLevel } from '../contract/telemetry.ts'
import type { AgentOperation, AgentResults } from './agents.ts'
import type { CellOperation, CellResults } from './cells.ts'
import type { EntryRow } from './entry-row.ts'
import type { UnparkOperation, UnparkResult } from './parked.ts'
import type { RetentionOperation, RetentionResults } from './retention.ts'
import type { ScheduleOperation, ScheduleResults } from './schedules.ts'

/**
 * What an engine is asked to do, as plain data with payloads already encoded as text. The store in front of
 * it validates, encodes, groups and decodes; an engine only reads and writes rows, in one transaction a batch.
 */
export type WriteOperation =
  | OpenOperation
  | HeartbeatOperation
  | ClaimOperation
  | ReleaseOperation
  | CommitOperation
  | SendOperation
  | UnparkOperation
  | RollbackOperation
  | ResumeOperation
  | ForkOperation
  | ConfirmOperation
  | SetClockOperation
  | CellOperation
  | AgentOperation
  | ScheduleOperation
  | RetentionOperation
  | TelemetryOperation
  | RotateOperation
  | WriteOutputOperation

export interface OpenOperation {
  readonly op: 'open'
  readonly runId: string
  readonly key: string | null
  readonly onKey: OnKey
  readonly type: string
  readonly definitionVersion: string
  readonly readyInMs: number
  readonly claimFor: ClaimFor | null
  readonly entry: EntryRow
}

export interface OpenOutcome {
  readonly runId: string
  readonly created: boolean
  readonly status: RunStatus
  readonly version: number
  readonly epoch: number
  readonly fence: number | null
  readonly at: number
}

export type OpenResult =
  | ({ readonly ok: true } & OpenOutcome)
  | { readonly ok: false; readonly reason: 'key_in_use'; readonly runId: string }

export interface HeartbeatOperation {
  readonly op: 'heartbeat'
  readonly worker: string
  readonly leaseMs: number
}

export interface ClaimOperation {
  readonly op: 'claim'
  readonly worker: string
  readonly leaseMs: number
  readonly limit: number
  readonly maxClaims: number
  /** The newest entry format that the worker can fold. */
  readonly format: number
  readonly definitions: readonly Required<Claimable>[]
  /** Only this run, whatever its definition. */
  readonly runId: string | null
  /** The entry that ends a run that was claimed too often. */
  readonly crashLoop: EntryRow
}

export interface ReleaseOperation {
  readonly op: 'release'
  readonly worker: string
}

export interface CommitOperation {
  readonly op: 'commit'
  readonly runId: string
  readonly worker: string
  readonly fence: number
  readonly version: number
  readonly entries: readonly EntryRow[]
  readonly status: RunStatus
  readonly readyInMs: number | null
  /** With status `waiting`: the name of what it waits for. */
  readonly waitsFor: string | null
  /** With status `waiting`: the inbox messages that the holder knows; a newer one makes the run ready. */
  readonly inboxSeen: number
  /** Whether an entry counts as progress, so that claims start again from zero. */
  readonly progress: boolean
  /** Lifecycle messages up to this version left: a confirmation that travels with the commit. 0 for none. */
  readonly sent: number
  readonly maxEntries: number
  readonly maxBytes: number
}

export type CommitResult =
  | {
      readonly ok: true
      readonly version: number
      readonly status: RunStatus
      readonly inbox: number
      readonly at: number
    }
  | { readonly ok: false; readonly reason: RefusalReason; readonly detail: string }

export interface SendOperation {
  readonly op: 'send'
  readonly runId: string
  readonly id: string
  readonly kind: InboxKind
  readonly name: string
  readonly payload: string
}

export type SendResult =
  | { readonly ok: true; readonly seq: number; readonly duplicate: boolean }
  | { readonly ok: false; readonly reason: 'finished'; readonly status: RunStatus }
  | UnknownRun

export interface RollbackOperation {
  readonly op: 'rollback'
  readonly runId: string
  readonly toVersion: number
  readonly entry: EntryRow
}

export type RollbackResult =
  | { readonly ok: true; readonly version: number; readonly epoch: number; readonly fence: number }
  | { readonly ok: false; readonly reason: 'version_not_found'; readonly version: number }
  | { readonly ok: false; readonly reason: 'key_in_use' }
  | { readonly ok: false; readonly reason: 'compacted' }
  | UnknownRun

export interface ResumeOperation {
  readonly op: 'resume'
  readonly runId: string
  /** Refused if the journal has moved on: the entry's metadata was made for this version. */
  readonly expectVersion: number
  readonly entry: EntryRow
}

export type ResumeResult =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly reason: 'not_resumable'; readonly status: RunStatus }
  | { readonly ok: false; readonly reason: 'version_conflict' | 'key_in_use' | 'compacted' }
  | UnknownRun

export interface ForkOperation {
  readonly op: 'fork'
  readonly runId: string
  readonly version: number | null
  readonly newRunId: string
  readonly key: string | null
  readonly entry: EntryRow
}

export type ForkResult =
  | ({ readonly ok: true } & OpenOutcome)
  | { readonly ok: false; readonly reason: 'version_not_found'; readonly version: number }
  | { readonly ok: false; readonly reason: 'key_in_use'; readonly runId: string }
  | { readonly ok: false; readonly reason: 'compacted' }
  | UnknownRun

export interface ConfirmOperation {
  readonly op: 'confirm'
  readonly runId: string
  readonly version: number
}

export interface SetClockOperation {
  readonly op: 'set_clock'
  readonly now: number | null
}

/** Lines and samples that were made harmless before: no U+0000, no half surrogate pair, `context` and `tags` JSON. */
export interface TelemetryOperation {
  readonly op: 'telemetry'
  /** The last time that the store gave to rows of this program: what it writes now is not before it. */
  readonly notBefore: number | null
  readonly logs: readonly LogRow[]
  readonly samples: readonly SampleRow[]
}

interface TelemetryRow {
  /** A second row with the same id is ignored. */
  readonly id: string
  readonly agoMs: number
  /** Whether the program said itself how long ago it was, so that `notBefore` does not apply. */
  readonly past: boolean
  readonly runId: string | null
  readonly step: string | null
  readonly agent: string | null
}

export interface LogRow extends TelemetryRow {
  readonly level: LogLevel
  readonly message: string
  readonly context: string | null
}

export interface SampleRow extends TelemetryRow {
  readonly name: string
  readonly value: number
  readonly tags: string | null
}

/** A failure is a result: it must not fail the commits that it travels with. */
export type TelemetryResult =
  /** `at` is the last time that rows were given, for the next `notBefore`. */
  { readonly ok: true; readonly at: number | null } | { readonly ok: false; readonly message: string }

/** Deletes what is older than it need be, a few rows at a time, unless another process is just doing so. */
export interface RotateOperation {
  readonly op: 'rotate'
  readonly keepLogsMs: number | null
  readonly keepSamplesMs: number | null
  /** Rows of each table at most. */
  readonly limit: number
}

export interface RotateResult {
  readonly logs: number
  readonly samples: number
}

/** Chunks of one run's output, in their order. */
export interface WriteOutputOperation {
  readonly op: 'write_output'
  readonly runId: string
  /** The weight of the newest chunks that stay; older ones go. */
  readonly keep: number
  readonly chunks: readonly OutputRow[]
}

export interface OutputRow {
  readonly step: string
  readonly epoch: number
  /** A row of another fence than the run's is passed over. */
  readonly fence: number
  readonly attempt: number
  readonly start: number
  /** The encoded text. */
  readonly payload: string
  /** How far the place moves on; at least 1. */
  readonly weight: number
}

/** Chunks that were kept; all, if the same operation was done before and its answer lost. */
export interface WriteOutputResult {
  readonly kept: number
}

export interface UnknownRun {
  readonly ok: false
  readonly reason: 'unknown_run'
}

/** Which result belongs to which operation. */
export interface WriteResults extends CellResults, AgentResults, ScheduleResults, RetentionResults {
  readonly open: OpenResult
  readonly heartbeat: HeartbeatResult
  readonly claim: readonly ClaimedRun[]
  readonly release: { readonly released: number }
  readonly commit: CommitResult
  readonly send: SendResult
  readonly unpark: UnparkResult
  readonly rollback: RollbackResult
  readonly resume: ResumeResult
  readonly fork: ForkResult
  readonly confirm: null
  readonly set_clock: null
  readonly telemetry: TelemetryResult
  readonly rotate: RotateResult
  readonly write_output: WriteOutputResult
}
