import type { HeartbeatResult } from '../../contract/claim.ts'
import type { HeartbeatOperation } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareRenewLease } from './worker-lease.ts'

/** heartbeat: renews the worker's lease; tells what it holds and where there is mail. */
export function prepareHeartbeat(scope: Scope) {
  const renew = prepareRenewLease(scope)
  const held = scope.db.prepare(
    'select id, fence, inbox from run where namespace = ? and worker = ? order by no',
  )
  return (operation: HeartbeatOperation): HeartbeatResult => ({
    at: scope.now,
    leaseUntil: renew(operation.worker, operation.leaseMs),
    held: held.all(scope.namespace, operation.worker).map(heldRun),
  })
}

// A plain object on every way out: rows of node:sqlite have no prototype, and copies from the thread have one.
const heldRun = (row: Record<string, unknown>): HeartbeatResult['held'][number] => {
  const { id, fence, inbox } = row as { readonly id: string; readonly fence: number; readonly inbox: number }
  return { runId: id, fence, inbox }
}
