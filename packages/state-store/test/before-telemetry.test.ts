import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { StateStore } from '../src/contract/store.ts'
import { openPostgresStore } from '../src/postgres/index.ts'
import { migrations } from '../src/postgres/migrations.ts'
import { APPLICATION_ID } from '../src/sqlite/identify-file.ts'
import { openSqliteStore } from '../src/sqlite/index.ts'
import { MIGRATIONS } from '../src/sqlite/migrations/index.ts'
import { inFolder } from './harness.ts'
import { ownDatabase } from './postgres.ts'

// A run that was written before there were views and telemetry, in a database that has the journal alone.

const ID = '0197a000-0000-7000-8000-000000000001'

const ROWS = (schema: string) => `
  insert into ${schema}run (namespace, id, type, definition_version, format, status, version, fence, created_at, updated_at)
  values ('default', '${ID}', 'letter', '1', 1, 'failed', 2, 1, 1000, 2000);
  insert into ${schema}entry (run_no, at, version, epoch, fence, format, kind, payload, meta)
  values (1, 1000, 1, 0, 1, 1, 'started', '{"to":"Bea"}', '{}'), (1, 2000, 2, 0, 1, 1, 'failed', '{"message":"no"}', '{}');`

async function isThere(store: StateStore): Promise<void> {
  expect((await store.stateAt({ runId: ID })).error).toEqual({ message: 'no' })
  store.telemetry.log({ message: 'new', runId: ID })
  await store.telemetry.flush()
  expect((await store.telemetry.logs({ runId: ID })).items.length).toBe(1)
}

const STATE = `select error_message as message from workflow_states where run_id = '${ID}'`

test('SQLite', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const { id, name, sql } = MIGRATIONS[0]!
    const db = new DatabaseSync(path)
    db.exec(`pragma application_id = ${APPLICATION_ID}`)
    db.exec(
      'create table migration (id integer primary key, name text not null, checksum text not null) strict',
    )
    db.exec(sql)
    const checksum = createHash('sha256').update(sql).digest('hex')
    db.prepare('insert into migration (id, name, checksum) values (?, ?, ?)').run(id, name, checksum)
    db.exec('pragma user_version = 1')
    db.exec(ROWS(''))
    db.close()
    const store = await openSqliteStore({ path })
    await isThere(store)
    await store.close()
    const read = new DatabaseSync(path, { readOnly: true })
    expect(read.prepare(STATE).get()).toEqual({ message: 'no' })
    read.close()
  }))

test('Postgres', async () => {
  const { url, pool } = await ownDatabase(18)
  const { id, name, sql, checksum } = migrations()[0]!
  await pool.query(`create schema pawl; create table pawl.migration (
    id integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
  )`)
  await pool.query(sql)
  await pool.query('insert into pawl.migration (id, name, checksum) values ($1, $2, $3)', [
    id,
    name,
    checksum,
  ])
  await pool.query(ROWS('pawl.'))
  await using store = await openPostgresStore({ connectionString: url })
  await isThere(store)
  expect((await pool.query(STATE.replace('workflow_states', 'pawl.workflow_states'))).rows).toEqual([
    { message: 'no' },
  ])
})
