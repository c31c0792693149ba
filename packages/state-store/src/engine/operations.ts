import type { ClaimedRun, HeartbeatResult } from '../contract/claim.ts'
import type { RefusalReason } from '../contract/commit.ts'
import type { ClaimFor, InboxKind, OnKey, RunStatus } from '../contract/run.ts'

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
  | RollbackOperation
  | ResumeOperation
  | ForkOperation
  | ConfirmOperation
  | SetClockOperation

/** One row of the journal before it has a version, an epoch and a time. */
export interface EntryRow {
  readonly kind: string
  readonly step: string | null
  /** The family of names that the entry occupies (its step, its timer set or fired, its signal), or `null`. */
  readonly slot: number | null
  readonly hash: string | null
  readonly format: number
  readonly payload: string
  readonly meta: string
  /** Whether it becomes a message to other processes. */
  readonly lifecycle: boolean
}

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
  readonly definitions: readonly { readonly type: string; readonly definitionVersion: string }[]
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
  /** With status `waiting`: the inbox messages that the holder knows; a newer one makes the run ready. */
  readonly inboxSeen: number
  /** Whether an entry counts as progress, so that claims start again from zero. */
  readonly progress: boolean
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
  | { readonly ok: false; readonly reason: 'version_conflict' | 'key_in_use' }
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

export interface UnknownRun {
  readonly ok: false
  readonly reason: 'unknown_run'
}

/** Which result belongs to which operation. */
export interface WriteResults {
  readonly open: OpenResult
  readonly heartbeat: HeartbeatResult
  readonly claim: readonly ClaimedRun[]
  readonly release: { readonly released: number }
  readonly commit: CommitResult
  readonly send: SendResult
  readonly rollback: RollbackResult
  readonly resume: ResumeResult
  readonly fork: ForkResult
  readonly confirm: null
  readonly set_clock: null
}

export type ReadOperation =
  | { readonly op: 'now' }
  | { readonly op: 'run'; readonly runId: string }
  | RunsOperation
  | EntriesOperation
  | { readonly op: 'inbox'; readonly runId: string; readonly after: number }
  | UnsentOperation

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

export interface RunRow {
  /** Its place in the order of opening. */
  readonly no: number
  readonly run_id: string
  readonly key: string | null
  readonly type: string
  readonly definition_version: string
  readonly format: number
  readonly status: RunStatus
  readonly epoch: number
  readonly version: number
  readonly fence: number
  readonly worker: string | null
  readonly claims: number
  readonly ready_at: number | null
  readonly inbox: number
  readonly unsent_from: number | null
  readonly bytes: number
  readonly parent_run_id: string | null
  readonly parent_version: number | null
  readonly created_at: number
  readonly updated_at: number
  readonly finished_at: number | null
}

export interface JournalRow {
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly kind: string
  readonly step: string | null
  readonly hash: string | null
  readonly at: number
  readonly format: number
  readonly payload: string
  readonly meta: string
}

export interface InboxRow {
  readonly seq: number
  readonly id: string
  readonly kind: InboxKind
  readonly name: string
  readonly payload: string
  readonly at: number
}

export interface ReadResults {
  readonly now: number
  readonly run: RunRow | null
  readonly runs: readonly RunRow[]
  readonly entries: readonly JournalRow[] | null
  readonly inbox: readonly InboxRow[] | null
  readonly unsent: readonly { readonly run: RunRow; readonly entries: readonly JournalRow[] }[]
}

/** How one operation of a batch ended: an operation that throws fails alone. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }

/** A database behind the store. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  readonly location: string
  /** Whether batches are executed in the order of the calls of `write`, also while one is under way. */
  readonly keepsOrder: boolean
  /** Runs the batch in one transaction, in order; resolves once it is durable. */
  write(operations: readonly WriteOperation[]): Promise<readonly Outcome[]>
  read(operation: ReadOperation): Promise<unknown>
  watch(listener: () => void): () => void
  close(): Promise<void>
}
