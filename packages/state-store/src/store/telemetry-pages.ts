import type { Json } from '../contract/json.ts'
import type { Page } from '../contract/run.ts'
import {
  LOG_LEVELS,
  type LogFilter,
  type LogLevel,
  type LogRecord,
  type SampleFilter,
  type SampleRecord,
} from '../contract/telemetry.ts'
import type { LogsOperation, SamplesOperation } from '../engine/reads.ts'
import type { KeptLogRow, KeptSampleRow } from '../engine/rows.ts'
import { checkLimit, checkOneOf, checkText, checkTime, lookupId } from './checks.ts'
import { makeRowCursor, readRowCursor } from './cursor.ts'

const ORDERS = new Set(['newest', 'oldest'] as const)
const LEVELS = new Set<LogLevel>(LOG_LEVELS)

/** The largest time of ECMAScript: a bound beyond it is none. */
const MAX_TIME = 8_640_000_000_000_000

/** One page of log lines by time. */
export async function readLogPage(
  filter: LogFilter,
  read: (operation: LogsOperation) => Promise<readonly KeptLogRow[]>,
): Promise<Page<LogRecord>> {
  const { level } = filter
  const levels =
    level === undefined ? null : LOG_LEVELS.slice(LOG_LEVELS.indexOf(checkOneOf('level', level, LEVELS)))
  const operation = { op: 'logs', levels, ...questionOf('log', filter) } as const
  const rows = await read(operation)
  return pageOf('log', operation.limit, rows, ({ run_id, context, ...row }) => ({
    ...row,
    runId: run_id,
    context: jsonOf(context),
  }))
}

/** One page of samples by time. */
export async function readSamplePage(
  filter: SampleFilter,
  read: (operation: SamplesOperation) => Promise<readonly KeptSampleRow[]>,
): Promise<Page<SampleRecord>> {
  const name = filter.name === undefined ? null : checkText('name', filter.name)
  const operation = { op: 'samples', name, ...questionOf('sample', filter) } as const
  const rows = await read(operation)
  return pageOf('sample', operation.limit, rows, ({ run_id, tags, ...row }) => ({
    ...row,
    runId: run_id,
    tags: jsonOf(tags),
  }))
}

const questionOf = (list: 'log' | 'sample', filter: LogFilter | SampleFilter) => ({
  runId: filter.runId === undefined ? null : lookupId(filter.runId),
  step: filter.step === undefined ? null : checkText('step', filter.step),
  agent: filter.agent === undefined ? null : checkText('agent', filter.agent),
  since: wholeTime('since', filter.since),
  until: wholeTime('until', filter.until),
  order: checkOneOf('order', filter.order ?? 'newest', ORDERS),
  limit: checkLimit(filter.limit, 100, 1_000),
  after: readRowCursor(list, filter.cursor),
})

function pageOf<Row extends { readonly at: number; readonly id: string }, Item>(
  list: 'log' | 'sample',
  limit: number,
  rows: readonly Row[],
  itemOf: (row: Row) => Item,
): Page<Item> {
  const last = rows.at(-1)
  const next = last !== undefined && rows.length === limit ? makeRowCursor(list, last) : null
  return { items: rows.map(itemOf), next }
}

const jsonOf = (text: string | null): Json => (text === null ? null : (JSON.parse(text) as Json))

/** Times are whole: what is at or after 4.5 is at or after 5. */
const wholeTime = (what: string, time: number | undefined): number | null => {
  const checked = checkTime(what, time)
  return checked === null ? null : Math.min(Math.max(Math.ceil(checked), -MAX_TIME), MAX_TIME)
}
