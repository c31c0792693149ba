import type { LogRow, SampleRow, TelemetryOperation, TelemetryResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

/**
 * telemetry: log lines and samples. A row whose id is known is ignored, so that a lost answer is asked again safely.
 *
 * What goes wrong is a result, and takes back nothing but these rows: the commits of the same batch must not fail with
 * it.
 */
export function prepareTelemetry(scope: Scope) {
  const { db, namespace } = scope
  const insertLog = db.prepare(`
    insert into agent_logs (namespace, id, at, level, message, context, run_id, step, agent)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (namespace, id) do nothing`)
  const insertSample = db.prepare(`
    insert into metric_samples (namespace, id, at, name, value, tags, run_id, step, agent)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (namespace, id) do nothing`)
  const at = ({ agoMs }: { readonly agoMs: number }) => Math.max(0, scope.now - agoMs)

  const log = (row: LogRow) => {
    const { id, level, message, context, runId, step, agent } = row
    insertLog.run(namespace, id, at(row), level, message, context, runId, step, agent)
  }
  const sample = (row: SampleRow) => {
    const { id, name, value, tags, runId, step, agent } = row
    insertSample.run(namespace, id, at(row), name, value, tags, runId, step, agent)
  }

  return (operation: TelemetryOperation): TelemetryResult => {
    db.exec('savepoint telemetry')
    try {
      for (const row of operation.logs) log(row)
      for (const row of operation.samples) sample(row)
      db.exec('release telemetry')
      return { ok: true }
    } catch (error) {
      // A full disk may have ended the whole transaction: then the batch is tried again one by one.
      if (!db.isTransaction) throw error
      db.exec('rollback to telemetry')
      db.exec('release telemetry')
      return { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
  }
}
