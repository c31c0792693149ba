import type { RunStatus } from '../../contract/run.ts'
import type { ResumeOperation, ResumeResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'
import { prepareOpenKeyTaken } from './open-key.ts'

interface Head {
  readonly no: number
  readonly status: RunStatus
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly key: string | null
  readonly compacted_at: number | null
}

const RESUMABLE: ReadonlySet<RunStatus> = new Set(['failed', 'cancelled', 'waiting'])

/** resume: takes the fence, appends `resumed`, makes the run ready. Refused while it is queued or held. */
export function prepareResume(scope: Scope) {
  const { db, namespace } = scope
  const head = db.prepare(
    'select no, status, version, epoch, fence, key, compacted_at from run where namespace = ? and id = ?',
  )
  const append = prepareAppend(scope)
  const keyTaken = prepareOpenKeyTaken(scope)
  const move = db.prepare(`
    update run set status = 'queued', version = ?, fence = ?, worker = null, claims = 0, recovered = 0, ready_at = ?, waits_for = null,
                   bytes = bytes + ?, unsent_from = coalesce(unsent_from, ?), unsent_to = ?, updated_at = ?,
                   finished_at = null where no = ?`)

  return (operation: ResumeOperation): ResumeResult => {
    const run = head.get(namespace, operation.runId) as Head | undefined
    if (run === undefined) return { ok: false, reason: 'unknown_run' }
    if (run.compacted_at !== null) return { ok: false, reason: 'compacted' }
    if (!RESUMABLE.has(run.status)) return { ok: false, reason: 'not_resumable', status: run.status }
    if (run.version !== operation.expectVersion) return { ok: false, reason: 'version_conflict' }
    if (keyTaken(run)) return { ok: false, reason: 'key_in_use' }
    const [version, fence] = [run.version + 1, run.fence + 1]
    append({ runNo: run.no, version, epoch: run.epoch, fence }, operation.entry)
    move.run(version, fence, scope.now, rowBytes(operation.entry), version, version, scope.now, run.no)
    return { ok: true, version }
  }
}
