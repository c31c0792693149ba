import { postgresUrl } from '@pawl/testkit/postgres/vitest'
import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import type { StateStoreErrorCode } from '../contract/errors.ts'
import { openPostgresStore, type PostgresOptions } from './index.ts'
import { migrations } from './migrations.ts'

const { url, pool } = await ownDatabase(18)

const changed = (change: (address: URL) => void): string => {
  const address = new URL(url)
  change(address)
  return address.href
}

async function refuses(
  options: PostgresOptions,
  code: StateStoreErrorCode,
  retriable: boolean,
): Promise<string> {
  const error = await openPostgresStore(options).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code, retriable })
  expect(String(error)).not.toContain('testkit')
  return String(error)
}

test('a server that is not there', async () => {
  const connectionString = changed((address) => {
    address.port = '1'
  })
  await refuses({ connectionString }, 'STORE_UNREACHABLE', true)
})

test('a server without TLS, when TLS is asked for', async () => {
  for (const options of [{ ssl: true }, { ssl: { rejectUnauthorized: false } }])
    expect(await refuses({ connectionString: url, ...options }, 'STORE_UNREACHABLE', false)).toContain('TLS')
})

test('a wrong password', async () => {
  const connectionString = changed((address) => {
    address.password = 'wrong'
  })
  await refuses({ connectionString }, 'STORE_ACCESS_DENIED', false)
})

test('a database that is not there', async () => {
  const connectionString = changed((address) => {
    address.pathname = '/nowhere'
  })
  await refuses({ connectionString }, 'STORE_UNREADABLE', false)
})

test('a missing schema, when it may not be installed', async () => {
  await refuses({ connectionString: url, migrate: false }, 'STORE_SCHEMA_MISSING', false)
})

test('a database in another encoding', async () => {
  const admin = new pg.Client({ connectionString: postgresUrl(18) })
  await admin.connect()
  await admin.query("create database latin encoding 'LATIN1' template template0")
  const connectionString = changed((address) => {
    address.pathname = '/latin'
  })
  expect(await refuses({ connectionString }, 'STORE_UNREADABLE', false)).toContain('LATIN1')
  await admin.query('drop database latin with (force)')
  await admin.end()
})

test('a role that may not create the schema, until somebody with more rights did', async () => {
  await pool.query("create role clerk login password 'testkit'")
  const connectionString = changed((address) => {
    address.username = 'clerk'
  })
  await refuses({ connectionString }, 'STORE_ACCESS_DENIED', false)
})

test('many that open an empty database at once migrate it once', async () => {
  const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore({ connectionString: url })))
  const { rows } = await pool.query('select count(*)::int as applied from pawl.migration')
  expect(rows).toEqual([{ applied: migrations().length }])
  await Promise.all(stores.map((store) => store.close()))
  await (await openPostgresStore({ connectionString: url, migrate: false })).close()
})

test('a schema that is newer than the code, untouched', async () => {
  const newer = migrations().at(-1)!.id + 1
  await pool.query("insert into pawl.migration (id, name, checksum) values ($1, 'of tomorrow', 'x')", [newer])
  expect(await refuses({ connectionString: url }, 'STORE_NEWER_SCHEMA', false)).toContain(`version ${newer}`)
  await pool.query('delete from pawl.migration where id = $1', [newer])
})

test('a migration that was applied with other content', async () => {
  const { rows } = await pool.query('select checksum from pawl.migration where id = 1')
  await pool.query("update pawl.migration set checksum = 'other' where id = 1")
  expect(await refuses({ connectionString: url }, 'STORE_MIGRATION_DRIFT', false)).toContain(
    'migration 1 (journal)',
  )
  await pool.query('update pawl.migration set checksum = $1 where id = 1', [rows[0].checksum])
})

test('neither an address nor a pool, or both', async () => {
  await refuses({}, 'INVALID_ARGUMENT', false)
  await refuses({ connectionString: url, pool }, 'INVALID_ARGUMENT', false)
})
