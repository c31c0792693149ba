import type { HeartbeatResult } from '../../contract/claim.ts'
import type { HeartbeatOperation } from '../../engine/operations.ts'
import type { Scope } from '../transaction.ts'
import { prepareRenewLease } from './worker-lease.ts'

/** heartbeat: renews the worker's lease; tells what it holds and where there is mail. */
export function prepareHeartbeat(scope: Scope) {
  const renew = prepareRenewLease(scope)
  const held = scope.db.prepare(
    'select id as runId, fence, inbox from run where namespace = ? and worker = ? order by no',
  )
  return (operation: HeartbeatOperation): HeartbeatResult => ({
    at: scope.now,
    leaseUntil: renew(operation.worker, operation.leaseMs),
    held: held.all(scope.namespace, operation.worker) as unknown as HeartbeatResult['held'],
  })
}
