import { v7 as uuidv7 } from 'uuid'
import type { Backlog, BacklogFilter } from '../contract/backlog.ts'
import type { ClaimRequest, Heartbeat } from '../contract/claim.ts'
import type { Commit, Verdict } from '../contract/commit.ts'
import type { Entry, EntryFilter } from '../contract/entry.ts'
import type { StoreLimits } from '../contract/limits.ts'
import type { MetricsFilter } from '../contract/metrics.ts'
import type { Parked, Unpark } from '../contract/parked.ts'
import type { Retention } from '../contract/retention.ts'
import type { InboxMessage, NewRun, OpenedRun, Page, RunFilter, SendVerdict } from '../contract/run.ts'
import type { At, Patch, StateStore, Unsent } from '../contract/store.ts'
import type { Telemetry, TelemetryOptions } from '../contract/telemetry.ts'
import type { Timer, TimerFilter } from '../contract/timers.ts'
import type { TransactionWork, TransactOptions } from '../contract/transaction.ts'
import type { Engine } from '../engine/engine.ts'
import type { ReadOperation, ReadResults } from '../engine/reads.ts'
import { diffStates } from '../journal/diff.ts'
import { foldJournal, lineage, type RunState } from '../journal/fold.ts'
import type { Access } from './access.ts'
import { StoredAgents } from './agents.ts'
import { readBacklog } from './backlog.ts'
import { StoredCells } from './cells.ts'
import {
  checkDuration,
  checkLimit,
  checkLimits,
  checkName,
  checkRunId,
  checkVersion,
  checkWhole,
  lookupId,
} from './checks.ts'
import { type Codec, Encoder, entryLength, readRun } from './encode.ts'
import { closedError, GroupCommit } from './group-commit.ts'
import { readMetrics } from './metrics.ts'
import { StoredOutput } from './output.ts'
import { readEntryPage, readRunPage } from './pages.ts'
import { readJournal } from './read-journal.ts'
import {
  keyInUse,
  movedOn,
  notResumable,
  runCompacted,
  runNotFound,
  verdictOf,
  versionNotFound,
} from './refusals.ts'
import { claimRequest, commitRequest, heartbeatRequest, openRequest, sendRequest } from './requests.ts'
import { RetentionOfRuns } from './retention.ts'
import { StoredSchedules } from './schedules.ts'
import { checkTelemetry, StoreTelemetry } from './telemetry.ts'
import { readTimers } from './timers.ts'
import { transactionRequest } from './transaction-request.ts'

export interface StoreOptions {
  readonly namespace: string
  readonly limits?: Partial<StoreLimits>
  readonly codec?: Codec
  readonly telemetry?: TelemetryOptions
}

/** How long a confirmation of the outbox, or a log line, waits for a commit to travel with. */
const LATER_WITHIN_MS = 250

/** Puts the contract in front of an engine: checks and encodes, groups the writes, folds and decodes. */
export const createStore = (engine: Engine, options: StoreOptions): StateStore =>
  new JournalStore(engine, options)

class JournalStore implements StateStore {
  readonly engine
  readonly location
  readonly namespace
  readonly #db: Engine
  readonly #limits: StoreLimits
  readonly #encoder: Encoder
  readonly #writes: GroupCommit
  readonly #access: Access
  readonly #retention: RetentionOfRuns
  readonly cells
  readonly agents
  readonly schedules
  readonly #telemetry: StoreTelemetry
  readonly #transactions = new Set<Promise<unknown>>()
  readonly output: StoredOutput
  #closing: Promise<void> | undefined

  constructor(engine: Engine, options: StoreOptions) {
    this.#db = engine
    this.engine = engine.name
    this.location = engine.location
    this.namespace = checkName('namespace', options.namespace)
    this.#limits = checkLimits(options.limits)
    this.#encoder = new Encoder(this.#limits, options.codec)
    const laterWithin = engine.location === ':memory:' ? 0 : LATER_WITHIN_MS
    this.#writes = new GroupCommit(engine, laterWithin)
    this.#access = {
      write: (operation, length) => this.#writes.add(operation, length),
      read: (operation) => this.#ask(operation),
    }
    this.cells = new StoredCells(this.#access, this.#encoder)
    this.agents = new StoredAgents(this.#access, this.#encoder)
    this.schedules = new StoredSchedules(this.#access, this.#encoder)
    this.#retention = new RetentionOfRuns(this.#access, this.#encoder, this)
    const telemetry = checkTelemetry(options.telemetry)
    this.#telemetry = new StoreTelemetry(this.#writes, this.#access.read, telemetry)
    const { read } = this.#access
    this.output = new StoredOutput(
      { writes: this.#writes, read, encoder: this.#encoder, namespace: this.namespace },
      telemetry,
    )
  }

  get telemetry(): Telemetry {
    return this.#telemetry
  }

  async open(run: NewRun): Promise<OpenedRun> {
    const operation = openRequest(run, run.runId ?? uuidv7(), this.#encoder)
    const result = await this.#writes.add(operation, entryLength(operation.entry))
    if (!result.ok) throw keyInUse(operation.key, result.runId)
    const { ok: _, ...opened } = result
    return opened
  }

  async heartbeat(heartbeat: Heartbeat) {
    return this.#writes.add(heartbeatRequest(heartbeat))
  }

  async claim(request: ClaimRequest) {
    return this.#writes.add(claimRequest(request, this.#encoder))
  }

  async release(worker: string) {
    return this.#writes.add({ op: 'release', worker: checkName('worker', worker) })
  }

  async commit(commit: Commit): Promise<Verdict> {
    const operation = commitRequest(commit, this.#encoder, this.#limits)
    const length = operation.entries.reduce((sum, entry) => sum + entryLength(entry), 0)
    return verdictOf(await this.#writes.add(operation, length), commit.runId)
  }

  async transact(work: TransactionWork, { signal }: TransactOptions = {}): Promise<Verdict> {
    if (this.#closing !== undefined) throw closedError()
    const asked = transactionRequest(work, uuidv7(), (commit) =>
      commitRequest(commit, this.#encoder, this.#limits),
    )
    const underWay = this.#db.transact(asked.work, signal)
    this.#transactions.add(underWay)
    try {
      return verdictOf(await underWay, asked.runId())
    } finally {
      this.#transactions.delete(underWay)
    }
  }

  async send(message: InboxMessage): Promise<SendVerdict> {
    const operation = sendRequest(message, message.id ?? uuidv7(), this.#encoder)
    const result = await this.#writes.add(operation, operation.payload.length)
    if (!result.ok && result.reason === 'unknown_run') throw runNotFound(message.runId, this.namespace)
    return result
  }

  async inbox(runId: string, after = 0) {
    const operation = { op: 'inbox', runId: lookupId(runId), after: checkWhole('after', after, 0) } as const
    const rows = await this.#read('inbox', operation)
    if (rows === null) throw runNotFound(runId, this.namespace)
    return rows.map((row) => this.#encoder.readInbox(row))
  }

  async rollback(request: { readonly runId: string; readonly version: number; readonly reason?: string }) {
    const toVersion = checkVersion(request.version)
    const { current } = await this.stateAt({ runId: request.runId })
    const meta = { toVersion, ...from(current), ...reason(request.reason) }
    const entry = this.#encoder.entry({ kind: 'rolled_back', meta })
    const runId = lookupId(request.runId)
    const result = await this.#writes.add({ op: 'rollback', runId, toVersion, entry })
    if (result.ok) return { version: result.version, epoch: result.epoch, fence: result.fence }
    if (result.reason === 'unknown_run') throw runNotFound(request.runId, this.namespace)
    if (result.reason === 'key_in_use') throw keyInUse(null, null)
    if (result.reason === 'compacted') throw runCompacted(request.runId)
    throw versionNotFound(request.runId, toVersion, result.version)
  }

  async resume(request: { readonly runId: string; readonly reason?: string }) {
    // The entry names the version that it continues; a run that moves meanwhile is asked again, a few times.
    for (let tries = 0; tries < 5; tries++) {
      const journal = await this.journal({ runId: request.runId })
      const version = journal.at(-1)!.version
      const meta = { toVersion: version, ...from(lastStep(journal)), ...reason(request.reason) }
      const entry = this.#encoder.entry({ kind: 'resumed', meta })
      const runId = lookupId(request.runId)
      const result = await this.#writes.add({ op: 'resume', runId, expectVersion: version, entry })
      if (result.ok) return { version: result.version }
      if (result.reason === 'unknown_run') throw runNotFound(request.runId, this.namespace)
      if (result.reason === 'not_resumable') throw notResumable(request.runId, result.status)
      if (result.reason === 'key_in_use') throw keyInUse(null, null)
      if (result.reason === 'compacted') throw runCompacted(request.runId)
    }
    throw movedOn(request.runId)
  }

  async fork(request: {
    readonly runId: string
    readonly version?: number
    readonly newRunId?: string
    readonly key?: string
  }): Promise<OpenedRun> {
    const version = request.version === undefined ? null : checkVersion(request.version)
    const key = request.key === undefined ? null : checkName('key', request.key)
    const newRunId = checkRunId(request.newRunId ?? uuidv7())
    const runId = lookupId(request.runId)
    const entry = this.#encoder.entry({ kind: 'forked', payload: { runId, version } })
    const result = await this.#writes.add({ op: 'fork', runId, version, newRunId, key, entry })
    if (result.ok) {
      const { ok: _, ...opened } = result
      return opened
    }
    if (result.reason === 'unknown_run') throw runNotFound(request.runId, this.namespace)
    if (result.reason === 'key_in_use') throw keyInUse(key, result.runId)
    if (result.reason === 'compacted') throw runCompacted(request.runId)
    throw versionNotFound(request.runId, version ?? 0, result.version)
  }

  async run(runId: string) {
    const row = await this.#read('run', { op: 'run', runId: lookupId(runId) })
    return row === null ? undefined : readRun(row)
  }

  async runs(filter: RunFilter = {}) {
    return readRunPage(filter, (operation) => this.#read('runs', operation))
  }

  async entries(runId: string, filter: EntryFilter = {}) {
    const page = await readEntryPage(runId, filter, (operation) => this.#read('entries', operation))
    if (page === null) throw runNotFound(runId, this.namespace)
    return { ...page, items: page.items.map((row) => this.#encoder.readEntry(row)) }
  }

  async journal(at: At): Promise<readonly Entry[]> {
    return readJournal(this, at)
  }

  async stateAt(at: At): Promise<RunState> {
    return foldJournal(await this.journal(at))
  }

  async diff(fromAt: At, toAt: At): Promise<Patch> {
    const [before, after] = await Promise.all([this.stateAt(fromAt), this.stateAt(toAt)])
    return diffStates(before, after)
  }

  async unsent(request: Parameters<StateStore['unsent']>[0]): Promise<readonly Unsent[]> {
    const limit = checkLimit(request.limit, 100, 1_000)
    const idleMs = checkDuration('idleMs', request.idleMs)
    const runId = request.runId === undefined ? null : lookupId(request.runId)
    const found = await this.#read('unsent', { op: 'unsent', idleMs, limit, runId })
    return found.map(({ run, entries }) => ({
      run: readRun(run),
      entries: entries.map((row) => this.#encoder.readEntry(row)),
    }))
  }

  confirm(request: { readonly runId: string; readonly version: number }): void {
    const version = checkVersion(request.version)
    this.#writes.confirm(lookupId(request.runId), version)
  }

  timers(filter: TimerFilter = {}): Promise<Page<Timer>> {
    return readTimers(this.#access, filter)
  }

  async parked(): Promise<readonly Parked[]> {
    const rows = await this.#read('parked', { op: 'parked' })
    return rows.map(({ waits_for, runs, next_at }) => ({ waitsFor: waits_for, runs, nextAt: next_at }))
  }

  async unpark({ waitsFor, limit }: Unpark) {
    const operation = { waitsFor: checkName('waitsFor', waitsFor), limit: checkLimit(limit, 1_000, 1_000) }
    return this.#writes.add({ op: 'unpark', ...operation })
  }

  async backlog(filter: BacklogFilter = {}): Promise<Backlog> {
    return readBacklog(this.#access, filter)
  }
  async metrics(filter: MetricsFilter = {}) {
    return readMetrics(this.#access, filter)
  }

  prune(retention: Retention) {
    return this.#retention.prune(retention)
  }

  compact(runId: string) {
    return this.#retention.compact(runId)
  }

  sizes() {
    return this.#access.read({ op: 'sizes' })
  }

  watch(listener: () => void): () => void {
    return this.#db.watch(listener)
  }

  async now(): Promise<number> {
    return this.#read('now', { op: 'now' })
  }

  async setTestClock(now: number | null): Promise<void> {
    await this.#writes.add({ op: 'set_clock', now: now === null ? null : checkDuration('now', now) })
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  #end(): Promise<void> {
    this.#telemetry.close()
    this.output.close()
    return Promise.allSettled([...this.#transactions, this.#writes.close()]).then(() => this.#db.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #read<K extends keyof ReadResults>(
    _kind: K,
    operation: ReadOperation & { readonly op: K },
  ): Promise<ReadResults[K]> {
    return this.#access.read(operation)
  }

  async #ask<O extends ReadOperation>(operation: O): Promise<ReadResults[O['op']]> {
    if (this.#closing !== undefined) throw closedError()
    return (await this.#db.read(operation)) as ReadResults[O['op']]
  }
}

const from = (step: string | null) => (step === null ? {} : { fromStep: step })

const reason = (text: string | undefined) => (text === undefined ? {} : { reason: text })

const lastStep = (journal: readonly Entry[]): string | null =>
  lineage(journal).findLast((entry) => entry.step !== null)?.step ?? null
