import type { RotateOperation, RotateResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

/** rotate: deletes the oldest log lines and samples that are older than they need be, `limit` of each at most. */
export function prepareRotate(scope: Scope) {
  const { db, namespace } = scope
  const deleteFrom = (table: 'agent_logs' | 'metric_samples') =>
    db.prepare(`delete from ${table} where no in (
      select no from ${table} where namespace = ? and at < ? order by at, id limit ?)`)
  const logs = deleteFrom('agent_logs')
  const samples = deleteFrom('metric_samples')

  const olderThan = (keepMs: number | null, limit: number, statement: typeof logs): number =>
    keepMs === null ? 0 : Number(statement.run(namespace, scope.now - keepMs, limit).changes)

  return ({ keepLogsMs, keepSamplesMs, limit }: RotateOperation): RotateResult => ({
    logs: olderThan(keepLogsMs, limit, logs),
    samples: olderThan(keepSamplesMs, limit, samples),
  })
}
