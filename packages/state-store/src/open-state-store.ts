import type { StateStore } from './contract/store.ts'
import type { SqliteOptions } from './sqlite/index.ts'

/** Which store to open. */
export type StateStoreConfig = { readonly engine?: 'sqlite' } & SqliteOptions

/**
 * Opens the store that the configuration names; without one, the embedded SQLite store in `.pawl/store.db`.
 * The engine is loaded here, so that importing this package loads no database.
 */
export async function openStateStore(config: StateStoreConfig = {}): Promise<StateStore> {
  const { openSqliteStore } = await import('./sqlite/index.ts')
  return openSqliteStore(config)
}
