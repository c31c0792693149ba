import { isFinished, type RunStatus } from '../../contract/run.ts'
import type { EntryRow } from '../../engine/entry-row.ts'
import type { CommitOperation, CommitResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { resultCode, SQLITE_CONSTRAINT } from '../sqlite-errors.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'
import { type Head, prepareHead } from './run-head.ts'
import { prepareEnsureLease } from './worker-lease.ts'

/**
 * commit: the fenced write. The head of the run is read and moved in the same transaction, so a stale token
 * is refused by the write itself.
 *
 * The same fence, version and content again is the first verdict again. A step that has an entry in this
 * epoch is refused by the unique index `entry_step`.
 */
export function prepareCommit(scope: Scope) {
  const { db } = scope
  const headOf = prepareHead(scope)
  const append = prepareAppend(scope)
  const ensureLease = prepareEnsureLease(scope)
  const advance = db.prepare('update run set version = ?, bytes = ?, claims = ?, updated_at = ? where no = ?')
  const move = db.prepare(`
    update run set version = ?, bytes = ?, claims = case when ? then 0 else claims end, updated_at = ?, status = ?,
                   worker = ?, ready_at = ?, waits_for = ?, finished_at = ?, recovered = 0, format = max(format, ?),
                   unsent_from = ?, unsent_to = coalesce(?, unsent_to) where no = ?`)
  const written = db.prepare(
    'select fence, kind, step, hash, payload, meta from entry where run_no = ? and version = ?',
  )
  const takeBack = db.prepare('delete from entry where run_no = ? and version > ?')

  /** Whether this very commit was accepted before. An empty one leaves no trace but the status of the run. */
  function isRepetition(run: Head, operation: CommitOperation): boolean {
    const last = operation.version + operation.entries.length - 1
    if (last > run.version || operation.version < 1) return false
    const atTip = last === run.version && operation.fence === run.fence
    if (operation.entries.length === 0) {
      return atTip && operation.status !== 'running' && operation.status === run.status
    }
    if (atTip && !mayFollow(run.status, operation.status)) return false
    return operation.entries.every((row, index) => {
      const stored = written.get(run.no, operation.version + index) as
        | (EntryRow & { fence: number })
        | undefined
      return (
        stored !== undefined &&
        stored.fence === operation.fence &&
        stored.kind === row.kind &&
        stored.step === row.step &&
        stored.hash === row.hash &&
        stored.payload === row.payload &&
        stored.meta === row.meta
      )
    })
  }

  const accepted = (run: Head, operation: CommitOperation, status: RunStatus): CommitResult => ({
    ok: true,
    version: operation.version + operation.entries.length - 1,
    status,
    inbox: run.inbox,
    at: scope.now,
  })

  function refusal(run: Head, operation: CommitOperation): CommitResult | undefined {
    if (isRepetition(run, operation)) return accepted(run, operation, statusAfter(run, operation))
    // Fence 0 is of a run that nobody has claimed yet.
    if (operation.fence !== run.fence || run.fence === 0) {
      return {
        ok: false,
        reason: 'stale_fence',
        detail: `its fence is ${run.fence}, the commit has ${operation.fence}`,
      }
    }
    if (isFinished(run.status)) return { ok: false, reason: 'finished', detail: `it is ${run.status}` }
    if (run.status === 'waiting')
      return { ok: false, reason: 'stale_fence', detail: 'it waits and nobody holds it' }
    if (operation.version !== run.version + 1) {
      return {
        ok: false,
        reason: 'version_conflict',
        detail: `its next version is ${run.version + 1}, the commit has ${operation.version}`,
      }
    }
    return undefined
  }

  function overLimit(run: Head, operation: CommitOperation, bytes: number): CommitResult | undefined {
    if (isFinished(operation.status)) return undefined
    const version = run.version + operation.entries.length
    if (version > operation.maxEntries) {
      return {
        ok: false,
        reason: 'run_limit',
        detail: `it would have ${version} entries of ${operation.maxEntries}`,
      }
    }
    if (bytes > operation.maxBytes) {
      return {
        ok: false,
        reason: 'run_limit',
        detail: `it would have ${bytes} bytes of ${operation.maxBytes}`,
      }
    }
    return undefined
  }

  function write(run: Head, operation: CommitOperation, bytes: number): CommitResult {
    const { entries, worker } = operation
    let version = run.version
    for (const row of entries) {
      version += 1
      append({ runNo: run.no, version, epoch: run.epoch, fence: run.fence }, row)
    }
    const lifecycle = entries.findIndex((row) => row.lifecycle)
    const goesOn = operation.status === 'running' && run.status === 'running' && worker === run.worker
    const unsentFrom = leftUnsent(run, operation.sent)
    if (goesOn && lifecycle < 0 && operation.progress && unsentFrom === run.unsentFrom) {
      advance.run(version, bytes, 0, scope.now, run.no)
      return accepted(run, operation, 'running')
    }
    const status = statusAfter(run, operation)
    // A holder that was given up keeps the run if nobody took it meanwhile.
    if (status === 'running' && worker !== run.worker) ensureLease(worker, 0)
    move.run(
      version,
      bytes,
      operation.progress ? 1 : 0,
      scope.now,
      status,
      status === 'running' ? worker : null,
      readyAt(status, operation.readyInMs, scope.now),
      status === 'waiting' ? operation.waitsFor : null,
      isFinished(status) ? scope.now : null,
      entries.reduce((format, row) => Math.max(format, row.format), 0),
      unsentFrom ?? (lifecycle < 0 ? null : run.version + 1 + lifecycle),
      lifecycle < 0 ? null : version,
      run.no,
    )
    return accepted(run, operation, status)
  }

  return (operation: CommitOperation): CommitResult => {
    const run = headOf(operation.runId)
    if (run === undefined) return { ok: false, reason: 'unknown_run', detail: 'there is no such run' }
    const bytes = operation.entries.reduce((sum, row) => sum + rowBytes(row), run.bytes)
    const refused = refusal(run, operation) ?? overLimit(run, operation, bytes)
    if (refused !== undefined) return refused
    try {
      return write(run, operation, bytes)
    } catch (error) {
      if (resultCode(error) !== SQLITE_CONSTRAINT) throw error
      takeBack.run(run.no, run.version)
      return { ok: false, reason: 'duplicate_step', detail: 'one of its steps has an entry in this epoch' }
    }
  }
}

/** The first lifecycle message that has not left, once those up to `sent` have. */
const leftUnsent = ({ unsentFrom, unsentTo }: Head, sent: number): number | null => {
  if (unsentFrom === null || unsentFrom > sent) return unsentFrom
  return unsentTo !== null && unsentTo > sent ? sent + 1 : null
}

/** What a commit makes of the run: one that would wait has mail already if the inbox holds more than it knew. */
const statusAfter = (run: Head, { status, inboxSeen }: CommitOperation): RunStatus =>
  status === 'waiting' && run.inbox > inboxSeen ? 'queued' : status

/** Whether a run that a commit left as `then` can be as it is `now` without another claim in between. */
const mayFollow = (now: RunStatus, then: RunStatus): boolean =>
  now === then || (now === 'queued' && !isFinished(then))

function readyAt(status: RunStatus, readyInMs: number | null, now: number): number | null {
  if (status === 'queued') return now
  return status === 'waiting' && readyInMs !== null ? now + readyInMs : null
}
