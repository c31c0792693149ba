import { invalidArgument } from '../contract/errors.ts'
import type { StoreLimits } from '../contract/limits.ts'
import type { StateStore } from '../contract/store.ts'
import { checkDuration, checkLimits, checkName, checkWhole } from '../store/checks.ts'
import { createStore } from '../store/create-store.ts'
import type { Codec } from '../store/encode.ts'
import { migrate } from './migrate.ts'
import { locationOf, type OwnedPool, openPool, type PostgresPool } from './pool.ts'
import { PostgresEngine } from './postgres-engine.ts'
import { postgresError } from './postgres-errors.ts'

export type { PostgresClient, PostgresPool, PostgresQuery } from './pool.ts'

/** Where the database is: one of `connectionString` and `pool`. */
export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`. */
  readonly connectionString?: string
  /** A pool of `pg` that the program has already. The store never ends it. */
  readonly pool?: PostgresPool
  /** Scopes every run. Default `default`. */
  readonly namespace?: string
  /** Whether to install or upgrade the schema `pawl`. Default `true`; with `false` a missing one is an error. */
  readonly migrate?: boolean
  /** Connections of the store's own pool, at most. Default 4. */
  readonly maxConnections?: number
  /** How long to wait for a connection of the store's own pool, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** TLS of the store's own pool: `true`, or options of `node:tls`. Default: what the connection string says. */
  readonly ssl?: boolean | object
  /** How long to wait for the answer to one call, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
  /** How often `watch` looks for writes of other processes, in milliseconds. Default 500; 0 for never. */
  readonly pollMs?: number
  readonly limits?: Partial<StoreLimits>
  /** Passes over every payload on its way to and from the database: encryption, compression. */
  readonly codec?: Codec
}

/**
 * Opens a store on Postgres 15 or newer, and installs its schema `pawl` if need be. Needs the package `pg`.
 *
 * Every call is one statement without session state, so a pooler in transaction mode may stand between.
 *
 * Rejects with `STORE_UNREACHABLE` (retriable), `STORE_ACCESS_DENIED`, `STORE_UNREADABLE` (no such database, server too
 * old, encoding not UTF-8), `STORE_SCHEMA_MISSING`, `STORE_NEWER_SCHEMA`, `STORE_MIGRATION_DRIFT`.
 */
export async function openPostgresStore(options: PostgresOptions): Promise<StateStore> {
  const namespace = checkName('namespace', options.namespace ?? 'default')
  const limits = checkLimits(options.limits)
  const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? 30_000)
  const pollMs = checkDuration('pollMs', options.pollMs ?? 500)
  const owned = poolOf(options)
  const location = await prepare(owned, options.migrate ?? true)
  const engine = new PostgresEngine(owned, { namespace, location, timeoutMs, pollMs })
  return createStore(engine, {
    namespace,
    limits,
    ...(options.codec === undefined ? {} : { codec: options.codec }),
  })
}

function poolOf(options: PostgresOptions): OwnedPool {
  const { pool, connectionString } = options
  if (pool !== undefined) {
    if (connectionString !== undefined)
      throw invalidArgument('Give the Postgres store either a connectionString or a pool, not both.')
    return { pool, end: async () => {} }
  }
  if (typeof connectionString !== 'string' || connectionString === '') {
    throw invalidArgument('The Postgres store needs a connectionString or a pool.')
  }
  checkWhole('maxConnections', options.maxConnections ?? 1, 1)
  return openPool({ ...options, connectionString })
}

const ignore = (): void => {}

/** Checks the way to the database and its schema; says where it is. */
async function prepare(owned: OwnedPool, mayMigrate: boolean): Promise<string> {
  let location = 'postgres'
  try {
    const client = await owned.pool.connect()
    // Between two statements nobody else listens, and an event 'error' that nobody hears ends the program.
    client.on?.('error', ignore)
    location = locationOf(client)
    let broken: unknown
    try {
      await migrate(client, location, mayMigrate)
    } catch (error) {
      broken = error
      throw error
    } finally {
      client.off?.('error', ignore)
      client.release(broken !== undefined)
    }
    return location
  } catch (error) {
    await owned.end()
    throw postgresError(error, location)
  }
}
