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
  const log = (row: LogRow, at: number) => {
    const { id, level, message, context, runId, step, agent } = row
    insertLog.run(namespace, id, at, level, message, context, runId, step, agent)
  }
  const sample = (row: SampleRow, at: number) => {
    const { id, name, value, tags, runId, step, agent } = row
    insertSample.run(namespace, id, at, name, value, tags, runId, step, agent)
  }
  const timeOf = ({ agoMs, past }: LogRow | SampleRow, notBefore: number): number =>
    past ? Math.max(0, scope.now - agoMs) : Math.min(scope.now, Math.max(scope.now - agoMs, notBefore))

  function writeAll({ logs, samples, notBefore }: TelemetryOperation): number | null {
    let last: number | null = null
    const next = (row: LogRow | SampleRow): number => {
      const at = timeOf(row, notBefore ?? 0)
      if (!row.past) last = Math.max(last ?? 0, at)
      return at
    }
    for (const row of logs) log(row, next(row))
    for (const row of samples) sample(row, next(row))
    return last
  }

  return (operation: TelemetryOperation): TelemetryResult => {
    db.exec('savepoint telemetry')
    try {
      const at = writeAll(operation)
      db.exec('release telemetry')
      return { ok: true, at }
    } catch (error) {
      // A full disk may have ended the whole transaction: then the batch is tried again one by one.
      if (!db.isTransaction) throw error
      db.exec('rollback to telemetry')
      db.exec('release telemetry')
      return { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
  }
}
