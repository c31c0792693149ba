import { afterAll, describe, expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { openPostgresStore } from '../postgres/index.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { prepareReads } from '../sqlite/reads.ts'
import type { Access } from './access.ts'
import { readMetrics } from './metrics.ts'

// More runs than one piece looks at: the pieces come to the same as the whole, and what is out of the time costs nothing.

const NOON = 1_750_000_000_000
const OLD = 30_000
const LATE = 23_000
const OPEN = 12_000

/** Runs that ended long ago, that ended lately with four steps each, and that wait; spelled alike by both engines. */
const runs = (pawl: string, series: string): string => `
  insert into ${pawl}run (namespace, id, type, definition_version, format, status, version, bytes, created_at, updated_at, finished_at)
  select 'default', 'r' || n, 't' || (n % 3), '1', 1,
         case when n > ${OLD + LATE} then 'waiting' when n % 10 = 0 then 'failed' else 'completed' end,
         6, 10, ${NOON} + n, ${NOON} + n + n % 5000,
         case when n > ${OLD + LATE} then null when n > ${OLD} then ${NOON} + n + n % 5000 else n end
  from ${series}`
const entries = (pawl: string, series: string): string => `
  insert into ${pawl}entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
  select r.no, r.updated_at, n, 0, 1, 1, 1, case when n % 4 = 0 then 'step_failed' else 'step_completed' end, 's' || n, null,
         '1', '{"agent":"a' || (r.no % 4) || '","durationMs":' || (r.no * 7 % 3000) || ',"tokens":3,"attempts":2}'
  from ${pawl}run r cross join ${series}`

const span = { since: NOON, until: NOON * 2 }

function expectAll(metrics: Awaited<ReturnType<typeof readMetrics>>): void {
  const { workflows, agents } = metrics
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
  expect(sum(workflows.map(({ count }) => count))).toBe(LATE)
  expect(sum(workflows.map(({ failed }) => failed))).toBe(LATE / 10)
  expect(sum(workflows.map(({ now }) => now.waiting))).toBe(OPEN)
  const steps = 4 * (LATE + OPEN)
  expect(sum(agents.map(({ count }) => count))).toBe(steps)
  expect(sum(agents.map(({ tokens }) => tokens))).toBe(3 * steps)
  expect(sum(workflows.map((one) => one.steps.retries))).toBe(steps)
  for (const { durationMs } of agents) expect(durationMs.p50).toBeGreaterThan(1_400)
}

describe('metrics of more than one piece', async () => {
  const { url, pool } = await ownDatabase(18)
  const store = await openPostgresStore({ connectionString: url, pollMs: 0 })
  afterAll(() => store.close())

  test('are those of the whole, alike on both engines, and old runs are not looked at', async () => {
    const db = openDatabase({ path: ':memory:', durability: 'process', busyTimeoutMs: 0, maxFileBytes: null })
    const total = OLD + LATE + OPEN
    db.exec(
      runs(
        '',
        `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${total}) select n from s)`,
      ),
    )
    db.exec(entries('', '(select 2 as n union all select 3 union all select 4 union all select 5) s'))
    await pool.query(runs('pawl.', `generate_series(1, ${total}) n`))
    await pool.query(entries('pawl.', 'generate_series(2, 5) n'))
    await pool.query('analyze pawl.run; analyze pawl.entry')
    const read = prepareReads(db, 'default')
    let pieces = 0
    let longest = 0
    const sqlite: Access = {
      read: async (operation) => {
        pieces += 1
        const began = performance.now()
        const answer = read(operation) as never
        longest = Math.max(longest, performance.now() - began)
        return answer
      },
      write: () => Promise.reject(new Error('nothing is written here')),
    }
    const counted = await readMetrics(sqlite, span)
    expect(pieces).toBeGreaterThan(16)
    // Ten thousand entries at most: half a second would be a walk over something.
    expect(longest).toBeLessThan(500)
    expectAll(counted)
    expect(await store.metrics(span)).toEqual(counted)
    db.close()
  })
})
