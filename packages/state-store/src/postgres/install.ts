import { connect } from './connect.ts'
import { migrations } from './migrations.ts'
import type { DatabaseOptions } from './options.ts'

/** What {@link migrate} found and did. */
export interface Installed {
  /** Where the database is, for people; never a secret. */
  readonly location: string
  /** The version of the schema now. */
  readonly version: number
  /** The migrations that it lacked, by name, oldest first; empty if it was up to date. */
  readonly applied: readonly string[]
}

/**
 * Installs the schema `pawl`, or brings it up to date; on a Supabase project also the door that
 * `@pawl/state-store/supabase` goes through. It is the same as opening a store with `migrate: true`, for those who do it
 * before their programs start, with a role that may create things.
 *
 * All or nothing, in one transaction. A second call changes nothing; of two at once one waits for the other. After a
 * crash in the middle nothing was done.
 *
 * Rejects with `STORE_UNREACHABLE` (retriable), `STORE_ACCESS_DENIED`, `STORE_UNREADABLE` (no such database, server too
 * old, encoding not UTF-8), `STORE_NEWER_SCHEMA`, `STORE_MIGRATION_DRIFT`.
 */
export async function migrate(options: DatabaseOptions): Promise<Installed> {
  const { location, missing, end } = await connect({ ...options, maxConnections: 1 }, 'store and door')
  await end()
  return { location, version: migrations().at(-1)!.id, applied: missing.map(({ name }) => name) }
}
