import { isFinished, type RunStatus } from '../../contract/run.ts'
import type { CompactOperation, CompactResult } from '../../engine/retention.ts'
import type { Scope } from '../scope.ts'

interface Head {
  readonly no: number
  readonly status: RunStatus
  readonly version: number
  readonly unsent_from: number | null
  readonly compacted_at: number | null
}

/**
 * compact: between the first and the last entry of a finished run one is left, in the place of the last but one; the
 * mail and the output go. The head of the run stays as it is.
 */
export function prepareCompact(scope: Scope) {
  const { db, namespace } = scope
  const head = db.prepare(
    'select no, status, version, unsent_from, compacted_at from run where namespace = ? and id = ?',
  )
  const remove = db.prepare('delete from entry where run_no = ? and version > 1 and version < ?')
  const replace = db.prepare(`
    update entry set kind = ?, step = ?, slot = ?, hash = ?, format = ?, payload = ?, meta = ?
    where run_no = ? and version = ?`)
  const clear = db.prepare('delete from inbox where run_no = ?')
  const clearOutput = db.prepare('delete from output_chunk where run_no = ?')
  const mark = db.prepare(`
    update run set compacted_at = ?, bytes = (
      select sum(length(cast(payload as blob)) + length(cast(meta as blob))) from entry where run_no = run.no
    ) where no = ?`)

  function shrink({ no, version }: Head, { entry }: CompactOperation): number {
    if (version <= 2) return 0
    const { changes } = remove.run(no, version - 1)
    const { kind, step, slot, hash, format, payload, meta } = entry
    replace.run(kind, step, slot, hash, format, payload, meta, no, version - 1)
    return Number(changes)
  }

  return (operation: CompactOperation): CompactResult => {
    const run = head.get(namespace, operation.runId) as Head | undefined
    if (run === undefined) return { ok: false, reason: 'unknown_run' }
    if (!isFinished(run.status)) return { ok: false, reason: 'not_finished', status: run.status }
    if (run.compacted_at !== null) return { ok: true, entries: 0, messages: 0 }
    if (run.unsent_from !== null) return { ok: false, reason: 'unsent' }
    if (run.version !== operation.version) return { ok: false, reason: 'version_conflict' }
    const entries = shrink(run, operation)
    const messages = Number(clear.run(run.no).changes)
    clearOutput.run(run.no)
    mark.run(scope.now, run.no)
    return { ok: true, entries, messages }
  }
}
