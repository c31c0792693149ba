import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { inFolder } from '../../test/harness.ts'
import { ownDatabase } from '../../test/postgres.ts'
import type { Commit } from '../contract/commit.ts'
import type { StateStore } from '../contract/store.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { openPostgresStore } from './index.ts'

// A database that cannot keep log lines: the commits that they travel with must not notice.

const claimFor = { worker: 'anna', leaseMs: 60_000 }

/** Commits beside lines before and after `break_`, then again once it works. */
async function commitsBeside(store: StateStore, break_: () => unknown, mend: () => unknown): Promise<void> {
  const { runId, fence } = await store.open({ type: 'letter', input: 1, claimFor })
  const commit = (version: number): Commit => ({
    runId,
    worker: 'anna',
    fence: fence ?? 0,
    version,
    entries: [{ kind: 'step_completed', step: `s${version}`, payload: 1 }],
  })
  await break_()
  for (let version = 2; version < 6; version++) {
    store.telemetry.log({ message: `lost ${version}` })
    store.telemetry.sample({ name: 'n', value: version })
    expect(await store.commit(commit(version))).toMatchObject({ ok: true, version })
  }
  const { logs, samples } = store.telemetry.dropped()
  // One operation at a time may still be under way.
  expect(logs).toBeGreaterThanOrEqual(3)
  expect(samples).toBe(logs)
  await mend()
  store.telemetry.log({ message: 'kept' })
  await store.telemetry.flush()
  const { items } = await store.telemetry.logs({ order: 'oldest' })
  expect(items.map(({ message }) => message)).toContain('kept')
  expect(items.some(({ message }) => message.includes('were dropped here'))).toBe(true)
  expect((await store.journal({ runId })).length).toBe(5)
}

test('on Postgres', async () => {
  const { url, pool } = await ownDatabase(18)
  await using store = await openPostgresStore({ connectionString: url, telemetry: { keepLogsMs: null } })
  await commitsBeside(
    store,
    () => pool.query('alter table pawl.metric_samples rename to away'),
    () => pool.query('alter table pawl.away rename to metric_samples'),
  )
})

test('on SQLite', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    await using store = await openSqliteStore({ path, telemetry: { keepLogsMs: null } })
    const db = new DatabaseSync(path, { timeout: 10_000 })
    const fail = "create trigger no before insert on metric_samples begin select raise(fail, 'no'); end"
    await commitsBeside(
      store,
      () => db.exec(fail),
      () => db.exec('drop trigger no'),
    )
    db.close()
  }))
