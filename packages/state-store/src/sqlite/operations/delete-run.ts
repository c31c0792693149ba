import { isFinished, type RunStatus } from '../../contract/run.ts'
import type { DeleteRunOperation, DeleteRunResult } from '../../engine/retention.ts'
import type { Scope } from '../scope.ts'

interface Head {
  readonly no: number
  readonly status: RunStatus
  readonly version: number
  readonly unsent_from: number | null
}

/** delete_run: takes a finished run away with its journal, its mail and its output, unless it moved or has something to send. */
export function prepareDeleteRun({ db, namespace }: Scope) {
  const head = db.prepare('select no, status, version, unsent_from from run where namespace = ? and id = ?')
  const entries = db.prepare('delete from entry where run_no = ?')
  const messages = db.prepare('delete from inbox where run_no = ?')
  const output = db.prepare('delete from output_chunk where run_no = ?')
  const remove = db.prepare('delete from run where no = ?')
  return (operation: DeleteRunOperation): DeleteRunResult => {
    const run = head.get(namespace, operation.runId) as Head | undefined
    if (run === undefined || !isFinished(run.status)) return null
    if (run.version !== operation.version || run.unsent_from !== null) return null
    const gone = {
      entries: Number(entries.run(run.no).changes),
      messages: Number(messages.run(run.no).changes),
    }
    output.run(run.no)
    remove.run(run.no)
    return gone
  }
}
