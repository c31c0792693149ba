import type { Page } from '../contract/run.ts'
import type { Timer, TimerFilter } from '../contract/timers.ts'
import type { RunRow } from '../engine/rows.ts'
import type { Access } from './access.ts'
import { checkLimit, checkText, checkTime } from './checks.ts'
import { makeTimeCursor, readTimeCursor } from './cursor.ts'
import { readRun } from './encode.ts'

/** One page of the runs that wait for a time, the next one first. */
export async function readTimers(engine: Access, filter: TimerFilter): Promise<Page<Timer>> {
  const limit = checkLimit(filter.limit, 100, 1_000)
  const rows = await engine.read({
    op: 'timers',
    type: filter.type === undefined ? null : checkText('type', filter.type),
    until: checkTime('until', filter.until),
    limit,
    after: readTimeCursor('timer', filter.cursor),
  })
  const last = rows.at(-1)
  const isLast = last === undefined || rows.length < limit
  return {
    items: rows.map(timerOf),
    next: isLast ? null : makeTimeCursor('timer', last.ready_at ?? 0, last.no),
  }
}

const timerOf = (row: RunRow): Timer => ({ run: readRun(row), wakeAt: row.ready_at ?? 0 })
