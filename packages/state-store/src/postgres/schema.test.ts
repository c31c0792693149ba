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

test('nobody but the owner may use anything of the schema', async () => {
  await pool.query('create role stranger')
  const { rows } = await pool.query(`
    select format('%s %s', relname, relkind) as what from pg_class
    where relnamespace = 'pawl'::regnamespace and (
      relkind in ('r', 'p') and not relrowsecurity
      or relkind in ('r', 'p', 'v', 'm') and has_table_privilege('stranger', oid, 'select, insert, update, delete')
      or relkind = 'S' and has_sequence_privilege('stranger', oid, 'usage, select, update')
    )
    union all
    select proname from pg_proc
    where pronamespace = 'pawl'::regnamespace and has_function_privilege('stranger', oid, 'execute')
    union all
    select nspname from pg_namespace where nspname = 'pawl' and has_schema_privilege('stranger', oid, 'usage, create')`)
  expect(rows).toEqual([])
  await pool.query('drop role stranger')
})

test('whoever runs with the rights of the owner has a fixed search path', async () => {
  const { rows } = await pool.query(`
    select proname, coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false) as fixed from pg_proc
    where pronamespace = 'pawl'::regnamespace and prosecdef order by proname`)
  expect(rows.map(({ proname }) => proname)).toEqual(
    expect.arrayContaining(['door', 'read', 'read_pulse', 'write']),
  )
  expect(rows.filter(({ fixed }) => !fixed)).toEqual([])
})

test('the functions and views are replaced as a whole, also where they are', async () => {
  const functions = migrations().at(-1)!
  await pool.query(`begin; ${functions.sql}; commit`)
})

test('every view says at its head what it shows', () => {
  const folder = new URL('../../sql/views/', import.meta.url)
  for (const file of readdirSync(folder)) {
    const name = file.replace(/^\d-/, '').replace('.sql', '').replaceAll('-', '_')
    const sql = readFileSync(new URL(file, folder), 'utf8')
    expect(sql.startsWith(`-- ${name}: `), file).toBe(true)
    expect(sql).toContain(`create or replace view pawl.${name} as`)
  }
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
