import type { RollbackOperation, RollbackResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'
import { prepareOpenKeyTaken } from './open-key.ts'

interface Head {
  readonly no: number
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly key: string | null
  readonly compacted_at: number | null
}

/**
 * rollback: takes the fence, appends `rolled_back`, raises the epoch. Nothing is deleted. The run then waits
 * until somebody resumes it, whatever it was before.
 */
export function prepareRollback(scope: Scope) {
  const { db, namespace } = scope
  const head = db.prepare(
    'select no, version, epoch, fence, key, compacted_at from run where namespace = ? and id = ?',
  )
  const append = prepareAppend(scope)
  const keyTaken = prepareOpenKeyTaken(scope)
  const move = db.prepare(`
    update run set status = 'waiting', version = ?, epoch = ?, fence = ?, worker = null, claims = 0, recovered = 0,
                   ready_at = null, waits_for = null,
                   bytes = bytes + ?, unsent_from = coalesce(unsent_from, ?), unsent_to = ?, updated_at = ?,
                   finished_at = null where no = ?`)

  return (operation: RollbackOperation): RollbackResult => {
    const run = head.get(namespace, operation.runId) as Head | undefined
    if (run === undefined) return { ok: false, reason: 'unknown_run' }
    if (run.compacted_at !== null) return { ok: false, reason: 'compacted' }
    if (operation.toVersion > run.version)
      return { ok: false, reason: 'version_not_found', version: run.version }
    if (keyTaken(run)) return { ok: false, reason: 'key_in_use' }
    const [version, epoch, fence] = [run.version + 1, run.epoch + 1, run.fence + 1]
    append({ runNo: run.no, version, epoch, fence }, operation.entry)
    move.run(version, epoch, fence, rowBytes(operation.entry), version, version, scope.now, run.no)
    return { ok: true, version, epoch, fence }
  }
}
