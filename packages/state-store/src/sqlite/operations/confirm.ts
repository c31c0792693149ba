import type { ConfirmOperation } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

/** confirm: lifecycle messages up to a version left; the mark moves on, or goes once all have left. */
export function prepareConfirm({ db, namespace }: Scope) {
  const update = db.prepare(`
    update run set unsent_from = case when unsent_to <= ? then null else ? end
    where namespace = ? and id = ? and unsent_from <= ?`)
  return (operation: ConfirmOperation): null => {
    update.run(operation.version, operation.version + 1, namespace, operation.runId, operation.version)
    return null
  }
}
