import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { schemaOf } from '../../test/postgres-schema.ts'
import { openPostgresStore } from './index.ts'
import { migrations } from './migrations.ts'

const { url, pool } = await ownDatabase(18)
await (await openPostgresStore({ connectionString: url })).close()

test('the schema is the one that is checked in', async () => {
  await expect(await schemaOf(pool)).toMatchFileSnapshot('../../test/schema-postgres.txt')
})

test('migrations are numbered upwards from 1, and the functions come last', () => {
  const ids = migrations().map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  expect(ids[0]).toBe(1)
  expect(
    migrations()
      .map(({ name }) => name)
      .indexOf('functions'),
  ).toBe(ids.length - 1)
})

test('the README names every table', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const { rows } = await pool.query("select tablename from pg_tables where schemaname = 'pawl'")
  expect(rows.length).toBeGreaterThan(5)
  for (const { tablename } of rows) expect(readme).toContain(`\`${tablename}\``)
})

test('nobody but the owner may use the schema', async () => {
  await pool.query('create role stranger')
  const { rows } = await pool.query("select has_schema_privilege('stranger', 'pawl', 'usage') as may")
  expect(rows).toEqual([{ may: false }])
  await pool.query('drop role stranger')
})

test('every function says at its head what it answers and locks', () => {
  const folder = new URL('../../sql/functions/', import.meta.url)
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const sql = readFileSync(new URL(file, folder), 'utf8')
    expect(sql.slice(0, sql.indexOf('create')), file).toMatch(/->|\)\./)
  }
})
