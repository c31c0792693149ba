import { StateStoreError } from '../contract/errors.ts'
import { DOOR_IS_MISSING, installSql, OLDEST_SERVER } from './install-sql.ts'
import type { AppliedMigration } from './migration.ts'
import { migrations } from './migrations.ts'
import type { PostgresClient } from './pool.ts'
import { missingOf, schemaMissing } from './schema-state.ts'

/** What is done about a schema that lacks something. */
export type Completion =
  /** Nothing: that is an error. */
  | 'never'
  /** Whatever a store over `pg` needs. */
  | 'store'
  /** The same, and Supabase's door if its role is there and it is not. */
  | 'store and door'

/**
 * Brings the schema up to date in one statement, under an advisory lock of its transaction, so that of several
 * processes that start at once exactly one migrates, behind a pooler too. Up to date, it only reads. Returns what was
 * missing.
 *
 * Rejects with `STORE_SCHEMA_MISSING` if something is missing and may not be completed, `STORE_NEWER_SCHEMA`,
 * `STORE_MIGRATION_DRIFT`, `STORE_ACCESS_DENIED` if the role may not create the schema, `STORE_UNREADABLE` for a
 * server that is too old or does not speak UTF-8.
 */
export async function completeSchema(
  client: PostgresClient,
  location: string,
  completion: Completion,
): Promise<readonly AppliedMigration[]> {
  await checkServer(client, location)
  const { applied, doorIsMissing } = await schemaOf(client)
  const missing = missingOf(applied, migrations(), location)
  if (missing.length === 0 && !(completion === 'store and door' && doorIsMissing)) return []
  if (completion === 'never') {
    const advice = 'Open the store once with migrate: true and a role that may create it.'
    throw schemaMissing(location, missing.length, migrations().length, advice)
  }
  // What another process did in the meantime is found done under the lock.
  await client.query({ text: installSql(migrations()) })
  return missing
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
const LOOK = `select (
  select has_table_privilege(c.oid, 'select')
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'pawl' and c.relname = 'migration'
) as readable, ${DOOR_IS_MISSING} as doorless`
const APPLIED = 'select id, name, checksum from pawl.migration order by id'
/** For a role that may only execute the functions. */
const TOLD = `select id, name, checksum from json_to_recordset(pawl.read('', '{"op": "schema"}'))
  as applied (id integer, name text, checksum text) order by id`

async function schemaOf(client: PostgresClient) {
  const { rows } = await client.query({ text: LOOK })
  const { readable, doorless } = rows[0] as { readable: boolean | null; doorless: boolean }
  if (readable === null) return { applied: [], doorIsMissing: doorless }
  const applied = await client.query({ text: readable ? APPLIED : TOLD })
  return { applied: applied.rows as readonly AppliedMigration[], doorIsMissing: doorless }
}
