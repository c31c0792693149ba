import { StateStoreError } from '../contract/errors.ts'
import { FUNCTIONS, type Migration, migrations } from './migrations.ts'
import type { PostgresClient } from './pool.ts'

/** The oldest server whose SQL the functions use. */
const OLDEST_SERVER = 150_000

/** Of the advisory lock under which one process at a time migrates: `pawl` in ASCII. */
const MIGRATION_LOCK = 0x7061776c

interface Applied {
  readonly id: number
  readonly name: string
  readonly checksum: string
}

/**
 * Brings the schema up to date in one transaction, under an advisory lock of that transaction, so that of several
 * processes that start at once exactly one migrates, behind a pooler too. Up to date, it only reads.
 *
 * Rejects with `STORE_SCHEMA_MISSING` if something is missing and `mayMigrate` is false, `STORE_NEWER_SCHEMA`,
 * `STORE_MIGRATION_DRIFT`, `STORE_ACCESS_DENIED` if the role may not create the schema, `STORE_UNREADABLE` for a
 * server that is too old or does not speak UTF-8.
 */
export async function migrate(client: PostgresClient, location: string, mayMigrate: boolean): Promise<void> {
  await checkServer(client, location)
  const missing = missingOf(await appliedTo(client), location)
  if (missing.length === 0) return
  if (!mayMigrate) {
    throw new StateStoreError(
      'STORE_SCHEMA_MISSING',
      `${location}: the schema 'pawl' lacks ${missing.length} of ${migrations().length} migrations. ` +
        'Open the store once with migrate: true and a role that may create it.',
    )
  }
  await client.query({ text: 'begin' })
  try {
    await client.query({ text: 'select pg_advisory_xact_lock($1)', values: [MIGRATION_LOCK] })
    // Read again under the lock: another process may have migrated while this one waited for it.
    await apply(client, missingOf(await appliedTo(client), location))
    await client.query({ text: 'commit' })
  } catch (error) {
    await client.query({ text: 'rollback' })
    throw error
  }
}

async function checkServer(client: PostgresClient, location: string): Promise<void> {
  const { rows } = await client.query({
    text: "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding",
  })
  const { version, encoding } = rows[0] as { version: number; encoding: string }
  if (version < OLDEST_SERVER) {
    throw new StateStoreError(
      'STORE_UNREADABLE',
      `${location} is Postgres ${Math.floor(version / 10_000)}; the store needs 15 or newer. Upgrade the server.`,
    )
  }
  if (encoding !== 'UTF8') {
    throw new StateStoreError(
      'STORE_UNREADABLE',
      `${location} has the encoding ${encoding}; the store needs UTF8. Create a database with encoding 'UTF8'.`,
    )
  }
}

// Asked of the catalogue's tables: `to_regclass` and its like answer from a cache that may not have heard yet what the
// process that held the lock before has made.
const MIGRATION_TABLE = `select exists (
  select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'pawl' and c.relname = 'migration'
) as known`
const SCHEMA = "select not exists (select from pg_catalog.pg_namespace where nspname = 'pawl') as absent"

async function appliedTo(client: PostgresClient): Promise<readonly Applied[]> {
  const { rows } = await client.query({ text: MIGRATION_TABLE })
  if (!(rows[0] as { known: boolean }).known) return []
  const applied = await client.query({ text: 'select id, name, checksum from pawl.migration order by id' })
  return applied.rows as readonly Applied[]
}

function missingOf(applied: readonly Applied[], location: string): readonly Migration[] {
  const known = migrations()
  const newest = applied.at(-1)?.id ?? 0
  const last = known.at(-1)!.id
  if (newest > last) {
    throw new StateStoreError(
      'STORE_NEWER_SCHEMA',
      `${location} has schema version ${newest}; this version of @pawl/state-store knows ${last}. ` +
        'It was left untouched. Upgrade @pawl/state-store in this program.',
    )
  }
  for (const { id, name, checksum } of applied) {
    // The functions of an older release are replaced by ours.
    if (name === FUNCTIONS && id < last) continue
    const migration = known.find((one) => one.id === id)
    if (migration?.checksum === checksum) continue
    throw new StateStoreError(
      'STORE_MIGRATION_DRIFT',
      `${location}: migration ${id} (${name}) was applied with other content than this version of ` +
        '@pawl/state-store has. Install the version that created the schema, or restore a backup.',
    )
  }
  return known.filter(({ id }) => !applied.some((one) => one.id === id))
}

async function apply(client: PostgresClient, missing: readonly Migration[]): Promise<void> {
  if (missing[0]?.id === 1) await createMigrationTable(client)
  for (const { id, name, sql, checksum } of missing) {
    await client.query({ text: sql })
    await client.query({
      text: 'insert into pawl.migration (id, name, checksum) values ($1, $2, $3)',
      values: [id, name, checksum],
    })
  }
}

async function createMigrationTable(client: PostgresClient): Promise<void> {
  // Somebody with more rights may have made the schema for this role.
  const { rows } = await client.query({ text: SCHEMA })
  if ((rows[0] as { absent: boolean }).absent) await client.query({ text: 'create schema pawl' })
  await client.query({
    text: `create table pawl.migration (
      id integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
    )`,
  })
}
