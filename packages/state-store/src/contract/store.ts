import type { Operation } from 'rfc6902'
import type { RunState } from '../journal/fold.ts'
import type { Agents } from './agents.ts'
import type { Backlog, BacklogFilter } from './backlog.ts'
import type { Cells } from './cells.ts'
import type { ClaimedRun, ClaimRequest, Heartbeat, HeartbeatResult } from './claim.ts'
import type { Commit, Verdict } from './commit.ts'
import type { Entry, EntryFilter } from './entry.ts'
import type { Metrics, MetricsFilter } from './metrics.ts'
import type { Output } from './output.ts'
import type { Parked, Unpark } from './parked.ts'
import type { CompactVerdict, Pruned, Retention, TableSize } from './retention.ts'
import type { InboxItem, InboxMessage, NewRun, OpenedRun, Page, Run, RunFilter, SendVerdict } from './run.ts'
import type { Schedules } from './schedules.ts'
import type { Telemetry } from './telemetry.ts'
import type { Timer, TimerFilter } from './timers.ts'
import type { TransactionWork, TransactOptions } from './transaction.ts'

/** An RFC 6902 patch. */
export type Patch = readonly Operation[]

/** A place in a run's journal; without `version` its end. */
export interface At {
  readonly runId: string
  readonly version?: number
}

export interface Unsent {
  readonly run: Run
  /** The lifecycle entries that nobody confirmed, oldest first. */
  readonly entries: readonly Entry[]
}

export interface ReleaseResult {
  readonly released: number
}

/**
 * The durable line. Every run is an append-only journal; all else is derived from it.
 *
 * A promise that resolved means the write is as durable as the store was opened for (on disk, by default).
 * Writes that are issued while one is in flight travel together in the next transaction, each with a verdict
 * of its own. All times are the store's, in epoch milliseconds; callers pass durations.
 *
 * Every method rejects with a {@link StateStoreError}: `STORE_CLOSED` after `close`, `STORE_BUSY` (retriable)
 * when another process holds the write lock too long, `STORE_FULL` (retriable) when the disk is full.
 * Every method about one run rejects with `RUN_NOT_FOUND` for an id that this namespace does not have,
 * except `commit` (verdict `unknown_run`) and `run` (`undefined`).
 */
export interface StateStore extends AsyncDisposable {
  readonly engine: 'sqlite' | 'postgres'
  readonly namespace: string
  /** Where the data lives, for people; never a secret. */
  readonly location: string
  /** Small shared values, written by compare-and-set. */
  readonly cells: Cells
  /** The agents that processes have registered. */
  readonly agents: Agents
  /** Runs to open at times to come. */
  readonly schedules: Schedules
  /** Log lines and samples, beside the journal. */
  readonly telemetry: Telemetry
  /** What steps write while they are at work, beside the journal. */
  readonly output: Output

  /** Opens a run: its first entry is `started`. Idempotent by `runId`, and by `key` as `onKey` says. */
  open(run: NewRun): Promise<OpenedRun>

  /** Renews the worker's lease and lists what it holds. A second call only renews. */
  heartbeat(heartbeat: Heartbeat): Promise<HeartbeatResult>

  /**
   * Takes up to `limit` runs that are ready, or whose worker went silent; each gets a new fence.
   * A run claimed five times without progress fails as `crash_loop` instead.
   */
  claim(request: ClaimRequest): Promise<readonly ClaimedRun[]>

  /** Gives back everything that the worker holds, at once and without blame, and forgets the worker. */
  release(worker: string): Promise<ReleaseResult>

  /** Appends to a journal. Losing a lease is a verdict, not an exception. */
  commit(commit: Commit): Promise<Verdict>

  /**
   * A commit together with what `work` writes into the same database: both are there afterwards, or neither. `work` is
   * called once, inside the transaction, and returns the commit, which needs an entry; its verdict is the result. A
   * refused commit undoes what was written, and so does whatever `work` throws, which is rethrown as it is.
   *
   * On SQLite `work` is synchronous and runs in this thread, which also waits there for the disk; it may be called more
   * than once only by you. On Postgres it may take its time: it holds a connection beside those of the store.
   *
   * An answer that was lost is looked for in the journal before this rejects. `STORE_CONFLICT`, `STORE_BUSY` and
   * `STORE_UNREACHABLE` (retriable) may be called again, with the same version: if the transaction did commit after
   * all, the new one is refused with `version_conflict` and writes nothing. Rejects with `TRANSACTION_UNSUPPORTED`
   * where there is no transaction to be had (Supabase over HTTPS, a pool of one connection), and `TRANSACTION_MISUSED`
   * (a promise on SQLite, a transaction that `work` ended itself, a failed statement that it passed over).
   */
  transact(work: TransactionWork, options?: TransactOptions): Promise<Verdict>

  /** Puts a message into a run's inbox and makes a waiting run ready. Idempotent by `id`. */
  send(message: InboxMessage): Promise<SendVerdict>

  /** The messages after `after` (default 0), oldest first. */
  inbox(runId: string, after?: number): Promise<readonly InboxItem[]>

  /**
   * Appends `rolled_back`: from now on the state is that of `version`. Raises epoch and fence, so a holder
   * is stopped. The run waits until it is resumed. Rejects with `VERSION_NOT_FOUND`, `RUN_COMPACTED`.
   */
  rollback(request: {
    readonly runId: string
    readonly version: number
    readonly reason?: string
  }): Promise<{ readonly version: number; readonly epoch: number; readonly fence: number }>

  /**
   * Makes a failed, cancelled, rolled-back or waiting run ready again; appends `resumed`.
   * Rejects with `RUN_NOT_RESUMABLE` if it is queued, running or completed, `RUN_COMPACTED`.
   */
  resume(request: { readonly runId: string; readonly reason?: string }): Promise<{ readonly version: number }>

  /**
   * Copies a journal up to `version` into a new run that is ready to be claimed.
   * Rejects with `VERSION_NOT_FOUND`, `RUN_COMPACTED`.
   */
  fork(request: {
    readonly runId: string
    readonly version?: number
    readonly newRunId?: string
    readonly key?: string
  }): Promise<OpenedRun>

  run(runId: string): Promise<Run | undefined>
  runs(filter?: RunFilter): Promise<Page<Run>>

  /** The runs that wait for a time, the next one first; those that are ready already are not among them. */
  timers(filter?: TimerFilter): Promise<Page<Timer>>

  /** How many runs wait for what, by name: those that were given back with `waitsFor`. */
  parked(): Promise<readonly Parked[]>

  /**
   * Makes runs ready that wait for something, the oldest first; as many as `limit`, so ask again while it says so many.
   * A run that somebody else writes to at that moment is left out: that makes it ready as well.
   */
  unpark(request: Unpark): Promise<{ readonly unparked: number }>

  /**
   * Counts the runs that are to be worked on, over all processes: those that a worker holds, and those that may be claimed
   * now or at a time to come. A run that waits for a message alone, or to be resumed, is not among them. Costs what there
   * is of such runs; finished ones cost nothing.
   */
  backlog(filter?: BacklogFilter): Promise<Backlog>

  /**
   * How workflows and agents did in some time, a day unless told otherwise: counts, success, retries, tokens, durations.
   * From the journals and exact, percentiles included; without what was pruned or compacted away.
   *
   * It costs what happened in that time, and a look at each run that is not over; neither runs that ended before nor the
   * size of the store. It is read in pieces of some thousand runs, so that it keeps nobody waiting: what
   * is resumed or rolled back between two pieces may be missed or counted twice.
   */
  metrics(filter?: MetricsFilter): Promise<Metrics>

  /** The journal, oldest first, rolled-back entries included; of a compacted run what is left. */
  entries(runId: string, filter?: EntryFilter): Promise<Page<Entry>>
  /**
   * The whole journal up to `version`, however many pages that takes; of a compacted run its two or three entries.
   * Rejects with `VERSION_NOT_FOUND`, and with `RUN_COMPACTED` for a version between the first and the last.
   */
  journal(at: At): Promise<readonly Entry[]>
  /** The fold of the journal up to `version`. Rejects as {@link StateStore.journal} does. */
  stateAt(at: At): Promise<RunState>
  /** The patch that turns one state into the other; the two may be of different runs. */
  diff(from: At, to: At): Promise<Patch>

  /**
   * Runs whose lifecycle messages were not confirmed and that were not written to for `idleMs`; with `runId` only
   * that one. At most `limit`, and fewer if their entries are large: confirm them and ask again. Empty for a run that has none, or that this namespace does not have.
   */
  unsent(request: {
    readonly idleMs: number
    readonly limit?: number
    readonly runId?: string
  }): Promise<readonly Unsent[]>
  /** Says that lifecycle messages up to `version` left. Travels with the next commit, or shortly after. */
  confirm(request: { readonly runId: string; readonly version: number }): void

  /**
   * Takes away runs that have ended, or all of them but their results, in small transactions. Never a run that goes on,
   * nor one with a lifecycle message that was not confirmed. A fork has a copy of its own and stays whole. A second
   * call, and two at once, take only what is left. Claims and commits of other runs go on meanwhile.
   */
  prune(retention: Retention): Promise<Pruned>

  /** Makes the journal of a run that has ended its result. A second call finds nothing more to do. */
  compact(runId: string): Promise<CompactVerdict>

  /** Rows and bytes of each table, by name, over all namespaces. Large tables are estimated, so it takes moments. */
  sizes(): Promise<readonly TableSize[]>

  /** Calls back when another process may have written. A hint: nothing rests on it. Returns the unsubscribe. */
  watch(listener: () => void): () => void

  /** The store's time. */
  now(): Promise<number>
  /** Freezes the store's clock at a time, for tests; `null` lets it run again. */
  setTestClock(now: number | null): Promise<void>

  /** Ends after everything issued before is written. A second call waits for the first. */
  close(): Promise<void>
}
