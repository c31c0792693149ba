import { postgresUrl } from '@pawl/testkit/postgres/vitest'
import pg from 'pg'
import { afterAll } from 'vitest'

export type { PostgresVersion } from '@pawl/testkit/postgres'

type Version = Parameters<typeof postgresUrl>[0]

/** Makes a database of this test file's own on the run's server of a version; it goes with the file. */
export async function ownDatabase(
  version: Version,
): Promise<{ readonly url: string; readonly pool: pg.Pool }> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = new pg.Pool({ connectionString: postgresUrl(version), max: 1 })
  await admin.query(`create database ${name}`)
  const url = new URL(postgresUrl(version))
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href })
  pool.on('error', () => {})
  afterAll(async () => {
    await pool.end()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })
  return { url: url.href, pool }
}

/** Takes everything out of a database that has the schema. */
export const emptyDatabase = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    'truncate pawl.run, pawl.entry, pawl.inbox, pawl.worker, pawl.agent_logs, pawl.metric_samples restart identity',
  )
  await pool.query('update pawl.clock set now = null')
}
