import { type Choice, chooseStore, type StateStoreConfig } from './choose-store.ts'
import type { StateStore } from './contract/store.ts'
import { loadTransport } from './load-transport.ts'

/** What was said already: a program that opens many stores, or a run of tests, says it once. */
const said = new Set<string>()

/**
 * Opens the store that the configuration names; else the Supabase project of `SUPABASE_URL` and `SUPABASE_SECRET_KEY` or
 * `SUPABASE_SERVICE_ROLE_KEY`; else the Postgres database of `PAWL_DATABASE_URL` or `DATABASE_URL`; else the embedded
 * SQLite store in `.pawl/store.db`. The first that is complete wins; `engine` and `location` of the store, and the line
 * for `log`, say which one it is.
 *
 * The engine is loaded here, so that importing this package loads no database.
 *
 * Rejects with `INVALID_ARGUMENT` if only one half of `SUPABASE_URL` and its key is set and nothing else names a
 * database, if two stores are named, or if the driver is not installed; otherwise as the store's own function does.
 */
export async function openStateStore(config: StateStoreConfig = {}): Promise<StateStore> {
  const choice = chooseStore(config, globalThis.process?.env ?? {})
  const store = await openChosen(choice)
  tell(`Pawl: the state store is ${store.location} (${choice.because ?? 'as configured'}).`, config, choice)
  return store
}

async function openChosen(choice: Choice): Promise<StateStore> {
  if (choice.engine === 'supabase') {
    const { openSupabaseStore } = await loadTransport('supabase', () => import('./supabase/index.ts'))
    return openSupabaseStore(choice.options)
  }
  if (choice.engine === 'postgres') {
    const { openPostgresStore } = await loadTransport('postgres', () => import('./postgres/index.ts'))
    return openPostgresStore(choice.options)
  }
  const { openSqliteStore } = await import('./sqlite/index.ts')
  return openSqliteStore(choice.options)
}

function tell(line: string, { log }: StateStoreConfig, { because }: Choice): void {
  // Who configured the store knows which one it is; who left it to the environment had better see it.
  if (log === undefined && (because === undefined || said.has(line))) return
  said.add(line)
  const tellIt = log ?? console.error
  tellIt(line)
}
