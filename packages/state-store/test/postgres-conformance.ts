import { openPostgresStore } from '../src/postgres/index.ts'
import { conforms } from './conforms.ts'
import { runCase } from './harness.ts'
import { emptyDatabase, ownDatabase, type PostgresVersion } from './postgres.ts'

/**
 * Runs the whole suite on one version of Postgres: one database, emptied before each case. `reach` leads there by
 * another way.
 */
export async function conformsOnPostgres(
  name: string,
  version: PostgresVersion,
  reach: (url: string) => string = (url) => url,
): Promise<void> {
  const { url, pool } = await ownDatabase(version)
  const connectionString = reach(url)
  await (await openPostgresStore({ connectionString })).close()
  conforms({
    name,
    async run(one) {
      await emptyDatabase(pool)
      await runCase(one, (options) => openPostgresStore({ connectionString, pollMs: 50, ...options }))
    },
  })
}
