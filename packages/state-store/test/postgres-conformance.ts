import { expect, test } from 'vitest'
import { conformance } from '../src/conformance/index.ts'
import { openPostgresStore } from '../src/postgres/index.ts'
import { runCase } from './harness.ts'
import { emptyDatabase, ownDatabase, type PostgresVersion } from './postgres.ts'

/** Runs the whole suite on one version of Postgres: one database, emptied before each case. */
export async function conformsOnPostgres(version: PostgresVersion): Promise<void> {
  const { url, pool } = await ownDatabase(version)
  await (await openPostgresStore({ connectionString: url })).close()
  let executed = 0
  for (const one of conformance) {
    test(one.name, { timeout: 30_000 }, async () => {
      executed += 1
      await emptyDatabase(pool)
      await runCase(one, (options) => openPostgresStore({ connectionString: url, pollMs: 50, ...options }))
    })
  }
  test(`all ${conformance.length} cases were executed on Postgres ${version}`, () =>
    expect(executed).toBe(conformance.length))
}
