import type { DatabaseSync } from 'node:sqlite'
import { LIFECYCLE_KINDS } from '../contract/entry.ts'
import type {
  EntriesOperation,
  ReadOperation,
  ReadResults,
  RunsOperation,
  UnsentOperation,
} from '../engine/reads.ts'
import type { InboxRow, JournalRow, RunRow } from '../engine/rows.ts'
import { ENTRY_COLUMNS, RUN_COLUMNS } from './columns.ts'
import { Conditions } from './conditions.ts'
import { prepareBacklog } from './read-backlog.ts'
import { prepareFinished } from './read-finished.ts'
import { prepareMetrics } from './read-metrics.ts'
import { prepareOutput } from './read-output.ts'
import { prepareParked } from './read-parked.ts'
import { prepareSharedReads } from './read-shared.ts'
import { prepareSizes } from './read-sizes.ts'
import { readLogs, readSamples } from './read-telemetry.ts'
import { prepareTimers } from './read-timers.ts'
import { prepareClock } from './scope.ts'

/** Everything that is not about one run, nor a list of runs. */
type OtherReads = {
  readonly [K in Exclude<
    ReadOperation['op'],
    'now' | 'run' | 'runs' | 'entries' | 'inbox' | 'unsent' | 'logs' | 'samples'
  >]: (read: Extract<ReadOperation, { op: K }>) => ReadResults[K]
}

/** Prepares what reads; every read is one statement, or one for the run and one for its rows. */
export function prepareReads(db: DatabaseSync, namespace: string): (read: ReadOperation) => unknown {
  const now = prepareClock(db)
  const scope = { db, namespace, now }
  const others: OtherReads = {
    ...prepareSharedReads(scope),
    ...prepareFinished(scope),
    timers: prepareTimers(scope),
    parked: prepareParked(scope),
    backlog: prepareBacklog(scope),
    metrics: prepareMetrics(scope),
    sizes: prepareSizes(db),
    output: prepareOutput(scope),
  }
  const run = db.prepare(`select ${RUN_COLUMNS} from run where namespace = ? and id = ?`)
  const inbox = db.prepare(
    'select seq, id, kind, name, payload, at from inbox where run_no = ? and seq > ? order by seq',
  )
  // Named, because the planner otherwise walks `run_namespace`: every run, to find the few with unsent messages.
  const unsent = db.prepare(`
    select ${RUN_COLUMNS} from run indexed by run_unsent
    where namespace = ? and unsent_from is not null and updated_at <= ? order by no limit ?`)
  const lifecycle = [...LIFECYCLE_KINDS]
  const unsentEntries = db.prepare(`
    select ${ENTRY_COLUMNS} from entry where run_no = ? and version >= ?
    and kind in (${lifecycle.map(() => '?').join(', ')}) order by version`)

  const findRun = (runId: string): RunRow | null => (run.get(namespace, runId) as RunRow | undefined) ?? null

  function readInbox(runId: string, after: number): readonly InboxRow[] | null {
    const row = findRun(runId)
    return row === null ? null : (inbox.all(row.no, after) as unknown as InboxRow[])
  }

  function unsentRuns({ idleMs, limit, runId }: UnsentOperation): readonly RunRow[] {
    const until = now() - idleMs
    if (runId === null) return unsent.all(namespace, until, limit) as unknown as RunRow[]
    const row = findRun(runId)
    return row === null || row.unsent_from === null || row.updated_at > until ? [] : [row]
  }

  function readUnsent(read: UnsentOperation): ReadResults['unsent'] {
    return unsentRuns(read).map((row) => {
      const entries = unsentEntries.all(row.no, row.unsent_from, ...lifecycle)
      return { run: row, entries: entries as unknown as JournalRow[] }
    })
  }

  return (read) => {
    switch (read.op) {
      case 'now':
        return now()
      case 'run':
        return findRun(read.runId)
      case 'runs':
        return readRuns(db, namespace, read)
      case 'entries': {
        const row = findRun(read.runId)
        return row === null ? null : readEntries(db, row.no, read)
      }
      case 'inbox':
        return readInbox(read.runId, read.after)
      case 'unsent':
        return readUnsent(read)
      case 'logs':
        return readLogs(db, namespace, read)
      case 'samples':
        return readSamples(db, namespace, read)
      default:
        return others[read.op](read as never)
    }
  }
}

function readRuns(db: DatabaseSync, namespace: string, read: RunsOperation): readonly RunRow[] {
  const where = new Conditions('namespace = ?', namespace)
  where.add('type = ?', read.type)
  where.add('key = ?', read.key)
  where.add('created_at >= ?', read.since)
  where.add('created_at < ?', read.until)
  where.add(read.order === 'oldest' ? 'no > ?' : 'no < ?', read.after)
  where.addList('status', read.statuses)
  const direction = read.order === 'oldest' ? 'asc' : 'desc'
  const sql = `select ${RUN_COLUMNS} from run where ${where.sql} order by no ${direction} limit ?`
  return db.prepare(sql).all(...where.values, read.limit) as unknown as RunRow[]
}

function readEntries(db: DatabaseSync, runNo: number, read: EntriesOperation): readonly JournalRow[] {
  const where = new Conditions('run_no = ?', runNo)
  where.add('version >= ?', read.from)
  where.add('version <= ?', read.to)
  where.add('at >= ?', read.since)
  where.add('at < ?', read.until)
  where.addList('kind', read.kinds)
  const sql = `select ${ENTRY_COLUMNS} from entry where ${where.sql} order by version limit ?`
  return db.prepare(sql).all(...where.values, read.limit) as unknown as JournalRow[]
}
