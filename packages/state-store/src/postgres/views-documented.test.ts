import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, test } from 'vitest'
import { inFolder } from '../../test/harness.ts'
import { ownDatabase } from '../../test/postgres.ts'
import { writeSampleData } from '../../test/sample-data.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { openPostgresStore } from './index.ts'

// docs/views.md is what people copy from: its queries run on both engines, and its columns are those that there are.

const page = readFileSync(new URL('../../../../docs/views.md', import.meta.url), 'utf8')

/** Every section that is named after a view, with its text. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
)

const queriesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^```sql\n(.*?)^```/gms)].map(([, query]) => query!.trim())

const TABLES = ['agent_logs', 'metric_samples']

const { url, pool } = await ownDatabase(18)
const store = await openPostgresStore({ connectionString: url })
await writeSampleData(store)
await store.close()

const { rows: names } = await pool.query("select viewname as name from pg_views where schemaname = 'pawl'")
const views = names.map(({ name }) => name as string)

const columnsOf = async (table: string): Promise<readonly string[]> =>
  (await pool.query(`select * from pawl.${table} limit 0`)).fields.map(({ name }) => name)

const documentedColumns = (section: string): readonly string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!))

test('every view has a section with its columns, and two or three queries', async () => {
  expect(views.length).toBe(10)
  for (const view of views) {
    const section = sections.get(view)
    expect(section, view).toBeDefined()
    expect([...documentedColumns(section!)].sort(), view).toEqual([...(await columnsOf(view))].sort())
    const least = view === 'store_time' ? 1 : 2
    expect(queriesOf(section!).length, view).toBeGreaterThanOrEqual(least)
    for (const query of queriesOf(section!)) expect(query, view).toContain(view)
  }
})

test('the columns of telemetry are documented', async () => {
  const documented = documentedColumns(sections.get('Tables of telemetry')!)
  for (const table of TABLES)
    for (const column of await columnsOf(table)) expect(documented).toContain(column)
})

/** Lines wait some milliseconds before they leave, and are as much older. */
const timeless = (query: string, row: object): object =>
  TABLES.some((table) => query.includes(table)) ? { ...row, at: 0, minute: 0 } : row

const plainly = (rows: readonly object[], query: string): unknown =>
  JSON.parse(
    JSON.stringify(
      rows.map((row) => timeless(query, row)),
      plain,
    ),
  ) as unknown

/** Flags as numbers, JSON as values. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string' || !/^[[{"]|^(null|true|false)$/.test(value)) return value
  return JSON.parse(value) as unknown
}

/** `bigint` and `numeric`, which a sum of the former is. */
const WHOLE: ReadonlySet<number> = new Set([20, 1700])
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid) => (WHOLE.has(oid) ? Number : pg.types.getTypeParser(oid)),
}

test('every query runs on both engines as it is, finds something, and finds the same', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const sqlite = await openSqliteStore({ path })
    await writeSampleData(sqlite)
    await sqlite.close()
    const db = new DatabaseSync(path, { readOnly: true })
    const client = new pg.Client({ connectionString: url, options: '-c search_path=pawl' })
    await client.connect()
    const queries = queriesOf(page)
    expect(queries.length).toBeGreaterThan(20)
    for (const query of queries) {
      const { rows } = await client.query({ text: query, types })
      expect(rows.length, query).toBeGreaterThan(0)
      expect(plainly(db.prepare(query).all(), query), query).toEqual(plainly(rows, query))
    }
    await client.end()
    db.close()
  }))

test('the role that is documented reads the views, and nothing else', async () => {
  const reader = `reader_${crypto.randomUUID().slice(0, 8)}`
  const grants = [...page.matchAll(/^ {4}(?: {2})?(create role|grant|pawl)[^`\n]*(?:;|,)$/gm)]
  const sql = grants.map(([line]) => line).join('\n')
  expect(sql).toContain('grant select on')
  await pool.query(sql.replaceAll('reader', reader).replace("'…'", "'testkit'"))
  const address = new URL(url)
  address.username = reader
  const client = new pg.Client({ connectionString: address.href })
  await client.connect()
  for (const view of views)
    expect((await client.query(`select * from pawl.${view}`)).rows.length, view).toBeGreaterThan(0)
  const { rows } = await client.query(
    'select count(*)::int as off from pawl.workflow_events where not on_line',
  )
  expect(rows).toEqual([{ off: 1 }])
  for (const forbidden of [
    'select * from pawl.entry',
    'select pawl.write(\'default\', \'[{"op":"set_clock"}]\')',
  ])
    await expect(client.query(forbidden)).rejects.toMatchObject({ code: '42501' })
  await client.end()
  await pool.query(`drop owned by ${reader}; drop role ${reader}`)
})
