import { invalidArgument } from './contract/errors.ts'
import type { StateStore } from './contract/store.ts'
import type { PostgresOptions } from './postgres/index.ts'
import type { SqliteOptions } from './sqlite/index.ts'

/** Which store to open. Without `engine`, a `path` means SQLite, and a `connectionString` or `pool` Postgres. */
export type StateStoreConfig =
  | ({ readonly engine: 'postgres' } & PostgresOptions)
  | ({ readonly engine: 'sqlite' } & SqliteOptions)
  | ({ readonly engine?: undefined } & SqliteOptions & PostgresOptions)

/** The variables that name a Postgres database, the first one that is set. */
const VARIABLES = ['PAWL_DATABASE_URL', 'DATABASE_URL'] as const

/**
 * Opens the store that the configuration names; else the Postgres database of `PAWL_DATABASE_URL` or `DATABASE_URL`;
 * else the embedded SQLite store in `.pawl/store.db`. `engine` and `location` of the store say which one it is.
 *
 * The engine is loaded here, so that importing this package loads no database.
 */
export async function openStateStore(config: StateStoreConfig = {}): Promise<StateStore> {
  const postgres = postgresOptions(config)
  if (postgres !== undefined) {
    const { openPostgresStore } = await import('./postgres/index.ts')
    return openPostgresStore(postgres)
  }
  const { openSqliteStore } = await import('./sqlite/index.ts')
  return openSqliteStore(config as SqliteOptions)
}

function postgresOptions(config: StateStoreConfig): PostgresOptions | undefined {
  const { engine, ...options } = config
  if (engine === 'sqlite') return undefined
  if (engine !== undefined && engine !== 'postgres') {
    throw invalidArgument(`There is no engine '${String(engine).slice(0, 40)}'; use 'sqlite' or 'postgres'.`)
  }
  const given = options as PostgresOptions
  if (given.connectionString !== undefined || given.pool !== undefined) return given
  if (engine === undefined && 'path' in options && options.path !== undefined) return undefined
  const connectionString = fromEnvironment()
  if (connectionString !== undefined) return { ...given, connectionString }
  return engine === 'postgres' ? given : undefined
}

function fromEnvironment(): string | undefined {
  const environment = globalThis.process?.env ?? {}
  const name = VARIABLES.find((variable) => environment[variable])
  if (name === undefined) return undefined
  const url = environment[name]!
  if (/^postgres(ql)?:\/\//i.test(url)) return url
  // The value may hold a password: it is not shown.
  throw invalidArgument(
    `${name} is set, but is no postgresql:// address. Correct it, or open the store with engine: 'sqlite'.`,
  )
}
