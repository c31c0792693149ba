import type { UnparkOperation, UnparkResult } from '../../engine/parked.ts'
import type { Scope } from '../scope.ts'

/** unpark: makes the oldest runs ready that wait for something. */
export function prepareUnpark(scope: Scope) {
  const unpark = scope.db.prepare(`
    update run set status = 'queued', ready_at = ?, waits_for = null, updated_at = ? where no in (
      select no from run indexed by run_parked where namespace = ? and waits_for = ? and status = 'waiting'
      order by no limit ?
    )`)
  return ({ waitsFor, limit }: UnparkOperation): UnparkResult => {
    const { changes } = unpark.run(scope.now, scope.now, scope.namespace, waitsFor, limit)
    return { unparked: Number(changes) }
  }
}
