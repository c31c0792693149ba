import type { DatabaseSync } from 'node:sqlite'
import type { LogsOperation, SamplesOperation } from '../engine/reads.ts'
import type { KeptLogRow, KeptSampleRow } from '../engine/rows.ts'
import { Conditions } from './conditions.ts'

/** One page of log lines by (at, id). */
export function readLogs(db: DatabaseSync, namespace: string, read: LogsOperation): readonly KeptLogRow[] {
  const where = conditionsOf(namespace, read)
  where.addList('level', read.levels)
  const columns = 'id, at, level, message, context, run_id, step, agent'
  return page(db, `select ${columns} from agent_logs`, where, read) as readonly KeptLogRow[]
}

/** One page of samples by (at, id). */
export function readSamples(
  db: DatabaseSync,
  namespace: string,
  read: SamplesOperation,
): readonly KeptSampleRow[] {
  const where = conditionsOf(namespace, read)
  where.add('name = ?', read.name)
  const columns = 'id, at, name, value, tags, run_id, step, agent'
  return page(db, `select ${columns} from metric_samples`, where, read) as readonly KeptSampleRow[]
}

function conditionsOf(namespace: string, read: LogsOperation | SamplesOperation): Conditions {
  const where = new Conditions('namespace = ?', namespace)
  where.add('run_id = ?', read.runId)
  where.add('step = ?', read.step)
  where.add('agent = ?', read.agent)
  where.add('at >= ?', read.since)
  where.add('at < ?', read.until)
  const { after } = read
  if (after !== null)
    where.addPair(read.order === 'oldest' ? '(at, id) > (?, ?)' : '(at, id) < (?, ?)', after.at, after.id)
  return where
}

function page(
  db: DatabaseSync,
  select: string,
  where: Conditions,
  { order, limit }: LogsOperation | SamplesOperation,
): unknown {
  const direction = order === 'oldest' ? 'asc' : 'desc'
  const sql = `${select} where ${where.sql} order by at ${direction}, id ${direction} limit ?`
  return db.prepare(sql).all(...where.values, limit)
}
