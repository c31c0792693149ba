import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { catalogOf } from '../../test/catalog.ts'
import { ownDatabase, type PostgresVersion } from '../../test/postgres.ts'
import { expectTheSameAnswers, RELEASES, runBeside, sqlOf } from '../../test/releases/kept.ts'
import { conformance } from '../conformance/index.ts'
import { openPostgresStore } from './index.ts'
import { migrations } from './migrations.ts'

/** The catalogue without the rows of a store: which functions came before the present ones, and the clock. */
const schemaOf = async (pool: pg.Pool): Promise<string> =>
  (await catalogOf(pool))
    .split('\n')
    .filter((line) => !/^(\d+ functions [0-9a-f]{64}|clock .*)$/.test(line))
    .join('\n')

const cases = RELEASES.flatMap((release) => ([15, 18] as const).map((version) => ({ release, version })))

describe.for<{ release: string; version: PostgresVersion }>(cases)(
  'data of release $release on Postgres $version',
  async ({ release, version }) => {
    const { url, pool } = await ownDatabase(version)
    const open = (options = {}) => openPostgresStore({ connectionString: url, pollMs: 50, ...options })
    await pool.query(sqlOf(release, 'postgres'))

    test('is not touched by a program that may not migrate', async () => {
      const before = await catalogOf(pool)
      if ((await pool.query('select from pawl.migration')).rowCount === migrations().length) return
      await expect(open({ migrate: false })).rejects.toMatchObject({ code: 'STORE_SCHEMA_MISSING' })
      expect(await catalogOf(pool)).toBe(before)
    })

    test('answers after the upgrade as it did before', () => expectTheSameAnswers(release, open))

    test('has the schema of a new database', async () => {
      const fresh = await ownDatabase(version)
      await (await openPostgresStore({ connectionString: fresh.url })).close()
      expect(await schemaOf(pool)).toBe(await schemaOf(fresh.pool))
    })

    test(`stands beside all ${conformance.length} cases of the suite, and answers as before`, {
      timeout: 300_000,
    }, async () => {
      for (const [number, one] of conformance.entries()) await runBeside(one, number, open)
      await expectTheSameAnswers(release, open)
    })
  },
)
