import { ENTRY_KINDS, type EntryFilter, type EntryKind } from '../contract/entry.ts'
import { type Page, RUN_STATUSES, type Run, type RunFilter, type RunStatus } from '../contract/run.ts'
import type { EntriesOperation, RunsOperation } from '../engine/reads.ts'
import type { JournalRow, RunRow } from '../engine/rows.ts'
import { checkLimit, checkOneOf, checkText, checkTime, checkWhole, lookupId } from './checks.ts'
import { makeCursor, readCursor } from './cursor.ts'
import { readRun } from './encode.ts'

const ORDERS = new Set(['newest', 'oldest'] as const)
const STATUSES = new Set<RunStatus>(RUN_STATUSES)
const KINDS = new Set<EntryKind>(ENTRY_KINDS)

const statusesOf = (wanted: RunStatus | readonly RunStatus[]): readonly RunStatus[] =>
  [wanted].flat().map((status) => checkOneOf('status', status, STATUSES))

/**
 * One page of runs in the order of their opening. With `order: 'oldest'` there is always a next cursor: a
 * reader that follows asks again with it, and sees every run that was committed since.
 */
export async function readRunPage(
  filter: RunFilter,
  read: (operation: RunsOperation) => Promise<readonly RunRow[]>,
): Promise<Page<Run>> {
  const limit = checkLimit(filter.limit, 100, 1_000)
  const order = checkOneOf('order', filter.order ?? 'newest', ORDERS)
  const after = readCursor('run', filter.cursor)
  const rows = await read({
    op: 'runs',
    statuses: filter.status === undefined ? null : statusesOf(filter.status),
    type: filter.type === undefined ? null : checkText('type', filter.type),
    key: filter.key === undefined ? null : checkText('key', filter.key),
    since: checkTime('since', filter.since),
    until: checkTime('until', filter.until),
    order,
    limit,
    after,
  })
  const last = rows.at(-1)?.no ?? after ?? 0
  const next = order === 'oldest' || rows.length === limit ? makeCursor('run', last) : null
  return { items: rows.map(readRun), next }
}

/** One page of a journal; `null` if there is no such run. */
export async function readEntryPage(
  runId: string,
  filter: EntryFilter,
  read: (operation: EntriesOperation) => Promise<readonly JournalRow[] | null>,
): Promise<Page<JournalRow> | null> {
  const limit = checkLimit(filter.limit, 1_000, 10_000)
  const after = readCursor('entry', filter.cursor)
  const rows = await read({
    op: 'entries',
    runId: lookupId(runId),
    from: Math.max(checkWhole('from', filter.from ?? 1, 0), (after ?? 0) + 1),
    to: filter.to === undefined ? null : checkWhole('to', filter.to, 0),
    since: checkTime('since', filter.since),
    until: checkTime('until', filter.until),
    kinds: filter.kinds === undefined ? null : filter.kinds.map((kind) => checkOneOf('kind', kind, KINDS)),
    limit,
  })
  if (rows === null) return null
  const last = rows.at(-1)
  return {
    items: rows,
    next: last !== undefined && rows.length === limit ? makeCursor('entry', last.version) : null,
  }
}
