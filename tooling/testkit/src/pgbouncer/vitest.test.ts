import pg from 'pg'
import { expect, test } from 'vitest'
import { postgresUrl } from '../postgres/vitest.ts'
import { pooledUrl } from './vitest.ts'

test('a test file reaches the databases of the run by way of its pooler', async () => {
  const direct = postgresUrl(18)
  expect(pooledUrl(direct)).toBe(pooledUrl())
  expect(new URL(pooledUrl()).port).not.toBe(new URL(direct).port)
  const client = new pg.Client({ connectionString: pooledUrl() })
  await client.connect()
  const { rows } = await client.query(`select current_setting('server_version_num')::int / 10000 as version`)
  expect(rows).toEqual([{ version: 18 }])
  await client.end()
})
