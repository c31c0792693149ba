import { expect, test } from 'vitest'
import { emptyDatabase, ownDatabase } from '../../test/postgres.ts'
import type { StateStore } from '../contract/store.ts'
import { openPostgresStore } from './index.ts'

// A connection keeps the plans that it made while the tables were empty. What is asked often must not walk over them when
// they are large.

const { url, pool } = await ownDatabase(18)

const RUNS = 30_000
const FILL = `
  insert into pawl.run (namespace, id, type, definition_version, format, status, version, bytes, created_at, updated_at,
                        finished_at)
  select 'default', 'r' || n, 't' || n % 3, '1', 1, 'completed', 2, 10, n, n, n from generate_series(1, ${RUNS}) n;
  insert into pawl.cell_write (namespace, key, id, revision, at)
  select 'default', 'k' || n % 100, 'w' || n, n, 4000000000000 + n from generate_series(1, ${RUNS}) n;
  insert into pawl.cell (namespace, key, value, at, expires_at)
  select 'default', 'c' || n, '1', 1, 4000000000000 + n from generate_series(1, ${RUNS}) n;
  insert into pawl.schedule (namespace, id, type, definition_version, next_at, created_at, updated_at, spec, input)
  select 'default', 's' || n, 'letter', '1', 4000000000000 + n, 1, 1, '1', '1' from generate_series(1, ${RUNS}) n`

/** Rows of index and table that were read since the statistics were reset. A connection tells its own when it ends. */
async function rowsRead(): Promise<number> {
  await pool.query('select pg_stat_clear_snapshot()')
  const { rows } = await pool.query(`
    select coalesce(sum(idx_tup_read), 0) + (select coalesce(sum(seq_tup_read), 0) from pg_stat_user_tables) as read
    from pg_stat_user_indexes where schemaname = 'pawl'`)
  return Number(rows[0].read)
}

const ASKED: { readonly [what: string]: (store: StateStore, times: number) => Promise<unknown> } = {
  timers: (store) => store.timers(),
  'the backlog': (store) => store.backlog(),
  'the backlog of some types': (store) => store.backlog({ typePrefix: 't' }),
  'timers of a workflow': (store) => store.timers({ type: 't1' }),
  'metrics of the last day': (store) => store.metrics(),
  'what may go of a status that no run has': (store) => store.prune({ olderThan: 0, statuses: ['failed'] }),
  'what may go of a workflow that no run has': (store) => store.prune({ olderThan: 0, types: ['t9'] }),
  'what may go of old runs, of which there are none': (store) => store.prune({ olderThan: 8e12 }),
  'what may go, with some kept': (store) => store.prune({ olderThan: 8e12, keepLast: 3 }),
  'schedules that are due': (store) => store.schedules.due(),
  'a page of schedules': (store) => store.schedules.list({ limit: 5 }),
  'a page of agents': (store) => store.agents.list({ limit: 5 }),
  'a page of cells': (store) => store.cells.list({ prefix: 'card', limit: 5 }),
  'what runs are parked for': (store) => store.parked(),
  'runs that go on again, of which there are none': (store) => store.unpark({ waitsFor: 'nobody' }),
  'a cell that is written': async (store, times) => {
    await store.cells.write({ key: `mine ${times}`, value: 1, expected: null })
  },
  'a run that is opened, written to and finished': async (store, times) => {
    const claimFor = { worker: 'anna', leaseMs: 60_000 }
    const { runId, fence } = await store.open({ type: 'letter', key: `key ${times}`, claimFor })
    await store.send({ runId, kind: 'signal', name: 'yes' })
    await store.heartbeat(claimFor)
    const commit = { runId, worker: 'anna', fence: fence ?? 0 }
    const entries = [{ kind: 'step_completed', step: 'a' } as const]
    await store.commit({ ...commit, version: 2, entries })
    await store.commit({ ...commit, version: 3, entries: [{ kind: 'failed' }], next: { status: 'failed' } })
    await store.resume({ runId })
    await store.fork({ runId })
    await store.claim({
      worker: 'bob',
      leaseMs: 1,
      limit: 1,
      definitions: [{ type: 'letter', definitionVersion: '1' }],
    })
    await store.release('bob')
    store.confirm({ runId, version: 3 })
    await store.compact(runId)
  },
  'a tick that is fired': async (store, times) => {
    const id = `mine ${times}`
    await store.schedules.put({ id, spec: 1, run: { type: 'letter' }, first: { at: 1 } })
    await store.schedules.fire({ id, from: 1, to: null })
    await store.schedules.fire({ id, from: 2, to: null })
  },
}

for (const [what, ask] of Object.entries(ASKED)) {
  test(`${what}: a plan of an empty table does not walk over a full one`, async () => {
    const store = await openPostgresStore({ connectionString: url, maxConnections: 1, pollMs: 0 })

    await emptyDatabase(pool)
    // A plan that is kept is made after five that are not (postgresql.org/docs/current/sql-prepare.html).
    for (let times = 0; times < 8; times++) await ask(store, times)
    await pool.query(FILL)
    await pool.query('select pg_stat_reset()')
    await ask(store, 100)
    await store.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await rowsRead()).toBeLessThan(2_000)
  })
}
