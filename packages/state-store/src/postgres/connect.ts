import { invalidArgument } from '../contract/errors.ts'
import { type Completion, completeSchema } from './migrate.ts'
import type { AppliedMigration } from './migration.ts'
import type { DatabaseOptions } from './options.ts'
import { type ConnectionOptions, locationOf, type OwnedPool, openPool, sharePool } from './pool.ts'
import { postgresFailure } from './postgres-errors.ts'

/** A database whose schema was looked at. */
export interface Connected extends OwnedPool {
  readonly location: string
  /** What the schema lacked. */
  readonly missing: readonly AppliedMigration[]
}

const ignore = (): void => {}

/** Checks the way to the database and its schema, and completes the schema if it may. Ends its pool if it rejects. */
export async function connect(
  options: DatabaseOptions & Omit<ConnectionOptions, 'connectionString'>,
  completion: Completion,
): Promise<Connected> {
  const owned = poolOf(options)
  let location = 'postgres'
  try {
    const client = await owned.pool.connect()
    // Between two statements nobody else listens, and an event 'error' that nobody hears ends the program.
    client.on?.('error', ignore)
    location = locationOf(client)
    let broken = true
    try {
      const missing = await completeSchema(client, location, completion)
      broken = false
      return { ...owned, location, missing }
    } finally {
      client.off?.('error', ignore)
      client.release(broken)
    }
  } catch (error) {
    await owned.end()
    throw postgresFailure(error, location).error
  }
}

function poolOf(options: DatabaseOptions & Omit<ConnectionOptions, 'connectionString'>): OwnedPool {
  const { pool, connectionString, maxTransactions } = options
  if (pool !== undefined) {
    if (connectionString !== undefined)
      throw invalidArgument('Give the Postgres store either a connectionString or a pool, not both.')
    return sharePool(pool, maxTransactions)
  }
  if (typeof connectionString !== 'string' || connectionString === '') {
    throw invalidArgument('The Postgres store needs a connectionString or a pool.')
  }
  return openPool({ ...options, connectionString })
}
