import { chooseStore, type Environment } from '../choose-store.ts'
import { loadTransport } from '../load-transport.ts'
import type { PostgresOptions } from '../postgres/options.ts'

/** Installs the schema where the connection string or the environment says; says what was done. */
export async function install(
  connectionString: string | undefined,
  environment: Environment,
): Promise<string> {
  const config = connectionString === undefined ? {} : { connectionString }
  const { options } = chooseStore({ engine: 'postgres', ...config }, environment)
  const { migrate } = await loadTransport('postgres', () => import('../postgres/install.ts'))
  const { location, version, applied } = await migrate({
    connectionString: (options as PostgresOptions).connectionString!,
  })
  const done = applied.length === 0 ? 'was up to date' : `got ${applied.join(', ')}`
  return `${location} ${done}. Its schema version is ${version}.\n`
}
