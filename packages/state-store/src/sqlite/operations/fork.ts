import type { ForkOperation, ForkResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'

interface Source {
  readonly no: number
  readonly version: number
  readonly compacted_at: number | null
}

/**
 * fork: copies the journal up to a version into a new run that is ready to be claimed, and appends `forked`.
 * The copied prefix counts as sent, and the signals that it consumed come along, so that new ones are numbered
 * after them. Idempotent by the new run's id.
 */
export function prepareFork(scope: Scope) {
  const { db, namespace } = scope
  const source = db.prepare('select no, version, compacted_at from run where namespace = ? and id = ?')
  const existing = db.prepare('select id, status, version, epoch from run where namespace = ? and id = ?')
  const openKey = db.prepare('select id from run where namespace = ? and key = ? and finished_at is null')
  const insertRun = db.prepare(`
    insert into run (namespace, id, key, type, definition_version, format, status, epoch, version, ready_at, bytes,
                     parent_run_id, parent_version, created_at, updated_at)
    select namespace, ?, ?, type, definition_version, max(format, ?), 'queued',
           (select max(epoch) from entry where run_no = run.no and version <= ?), ?, ?,
           (select sum(length(cast(payload as blob)) + length(cast(meta as blob))) from entry
            where run_no = run.no and version <= ?) + ?,
           id, ?, ?, ? from run where no = ?`)
  const copy = db.prepare(`
    insert into entry (run_no, version, epoch, fence, kind, step, slot, hash, at, format, payload, meta)
    select ?, version, epoch, 0, kind, step, slot, hash, at, format, payload, meta from entry
    where run_no = ? and version <= ?`)
  const copyInbox = db.prepare(`
    insert into inbox (run_no, seq, id, kind, name, payload, at)
    select ?, seq, id, kind, name, payload, at from inbox where run_no = ? and seq in (
      select json_extract(meta, '$.inbox') from entry
      where run_no = ? and version <= ? and kind = 'signal_received')`)
  const countInbox = db.prepare(`
    update run set inbox = (select coalesce(max(seq), 0) from inbox where run_no = run.no) where no = ?`)
  const epochOf = db.prepare('select epoch from run where no = ?')
  const append = prepareAppend(scope)

  function create(operation: ForkOperation, sourceNo: number, upTo: number): ForkResult {
    const { lastInsertRowid } = insertRun.run(
      operation.newRunId,
      operation.key,
      operation.entry.format,
      upTo,
      upTo + 1,
      scope.now,
      upTo,
      rowBytes(operation.entry),
      upTo,
      scope.now,
      scope.now,
      sourceNo,
    )
    const runNo = Number(lastInsertRowid)
    const { epoch } = epochOf.get(runNo) as { epoch: number }
    copy.run(runNo, sourceNo, upTo)
    append({ runNo, version: upTo + 1, epoch, fence: 0 }, operation.entry)
    if (copyInbox.run(runNo, sourceNo, sourceNo, upTo).changes > 0) countInbox.run(runNo)
    const made = {
      runId: operation.newRunId,
      created: true,
      status: 'queued' as const,
      version: upTo + 1,
      epoch,
    }
    return { ok: true, ...made, fence: null, at: scope.now }
  }

  return (operation: ForkOperation): ForkResult => {
    const from = source.get(namespace, operation.runId) as Source | undefined
    if (from === undefined) return { ok: false, reason: 'unknown_run' }
    const again = existing.get(namespace, operation.newRunId)
    if (again !== undefined) {
      const { id, status, version, epoch } = again as {
        id: string
        status: 'queued'
        version: number
        epoch: number
      }
      return { ok: true, runId: id, created: true, status, version, epoch, fence: null, at: scope.now }
    }
    if (from.compacted_at !== null) return { ok: false, reason: 'compacted' }
    const upTo = operation.version ?? from.version
    if (upTo < 1 || upTo > from.version)
      return { ok: false, reason: 'version_not_found', version: from.version }
    const taken = operation.key === null ? undefined : openKey.get(namespace, operation.key)
    if (taken !== undefined) return { ok: false, reason: 'key_in_use', runId: (taken as { id: string }).id }
    return create(operation, from.no, upTo)
  }
}
