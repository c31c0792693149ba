import { isFinished, type RunStatus } from '../../contract/run.ts'
import type { SendOperation, SendResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

interface Head {
  readonly no: number
  readonly status: RunStatus
  readonly version: number
  readonly inbox: number
}

/**
 * send: one message into a run's inbox; a waiting run becomes ready. Idempotent by the message's id.
 *
 * Writes inbox, then run. A finished run takes no mail. A run that was rolled back waits until it is resumed:
 * a signal is kept for then; only a request to cancel wakes it.
 */
export function prepareSend(scope: Scope) {
  const { db, namespace } = scope
  const head = db.prepare('select no, status, version, inbox from run where namespace = ? and id = ?')
  const same = db.prepare('select seq from inbox where run_no = ? and id = ?')
  const insert = db.prepare(
    'insert into inbox (run_no, seq, id, kind, name, payload, at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const count = db.prepare('update run set inbox = ?, updated_at = ? where no = ?')
  const kindAt = db.prepare('select kind from entry where run_no = ? and version = ?')
  const wake = db.prepare("update run set status = 'queued', ready_at = ?, waits_for = null where no = ?")

  const isRolledBack = (run: Head): boolean =>
    (kindAt.get(run.no, run.version) as { kind: string } | undefined)?.kind === 'rolled_back'

  return (operation: SendOperation): SendResult => {
    const run = head.get(namespace, operation.runId) as Head | undefined
    if (run === undefined) return { ok: false, reason: 'unknown_run' }
    const first = same.get(run.no, operation.id) as { seq: number } | undefined
    if (first !== undefined) return { ok: true, seq: first.seq, duplicate: true }
    if (isFinished(run.status)) return { ok: false, reason: 'finished', status: run.status }
    const seq = run.inbox + 1
    insert.run(run.no, seq, operation.id, operation.kind, operation.name, operation.payload, scope.now)
    count.run(seq, scope.now, run.no)
    if (run.status === 'waiting' && (operation.kind === 'cancel' || !isRolledBack(run)))
      wake.run(scope.now, run.no)
    return { ok: true, seq, duplicate: false }
  }
}
