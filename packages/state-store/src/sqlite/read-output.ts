import type { OutputOperation } from '../engine/reads.ts'
import type { KeptOutputRow } from '../engine/rows.ts'
import type { ReadScope } from './scope.ts'

/** Reads a page of a run's output by place; `null` if there is no such run. */
export function prepareOutput({ db, namespace }: Pick<ReadScope, 'db' | 'namespace'>) {
  const run = db.prepare('select no from run where namespace = ? and id = ?')
  const chunks = db.prepare(`
    select place, at, step, epoch, fence, attempt, start, payload from output_chunk
    where run_no = ? and place > ? order by place limit ?`)
  return ({ runId, after, limit }: OutputOperation): readonly KeptOutputRow[] | null => {
    const found = run.get(namespace, runId) as { readonly no: number } | undefined
    return found === undefined ? null : (chunks.all(found.no, after, limit) as unknown as KeptOutputRow[])
  }
}
