import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts'
import { openDatabase } from './open-database.ts'
import { prepareReads } from './reads.ts'
import { prepareTransaction } from './transaction.ts'

const db = openDatabase({ path: ':memory:', durability: 'disk', busyTimeoutMs: 0, maxFileBytes: null })
const made = db
  .prepare(
    "select name, type, sql from sqlite_master where name not like 'sqlite_%' order by type desc, name",
  )
  .all() as { name: string; type: string; sql: string }[]

test('the schema is the one that is checked in', async () => {
  const schema = made.map(({ sql }) => `${sql};\n`).join('\n')
  await expect(schema).toMatchFileSnapshot('../../test/schema.sql')
})

test('the README names every table', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  for (const { name } of made.filter(({ type }) => type === 'table')) expect(readme).toContain(`\`${name}\``)
})

test('migrations are numbered upwards from 1', () => {
  const ids = MIGRATIONS.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  expect([ids[0], ids.at(-1)]).toEqual([1, SCHEMA_VERSION])
})

/** Every statement that the store prepares once, as it is in the sources. */
function preparedStatements(): readonly string[] {
  const statements: string[] = []
  const spy = {
    prepare(sql: string) {
      statements.push(sql)
      return db.prepare(sql)
    },
  } as unknown as DatabaseSync
  prepareTransaction(spy, 'default')
  prepareReads(spy, 'default')
  return statements.filter((sql) =>
    /\b(from|update|into) (run|entry|inbox|cell|cell_write|agent|schedule|agent_logs|metric_samples|output_chunk)\b/.test(
      sql,
    ),
  )
}

const planOf = (sql: string): string =>
  (db.prepare(`explain query plan ${sql}`).all() as { detail: string }[])
    .map(({ detail }) => detail)
    .join('; ')

const statements = preparedStatements()

test('no statement walks over a whole table, nor sorts', () => {
  expect(statements.length).toBeGreaterThan(25)
  for (const sql of statements) expect(`${planOf(sql)}\n${sql}`).not.toMatch(/^SCAN|; SCAN|TEMP B-TREE/)
})

/** What finds open work looks at open work alone: the index is partial. */
const FINDERS: { readonly [what: string]: readonly [part: string, plan: string] } = {
  'ready runs': [
    'ready_at <= ? and format',
    'INDEX run_ready (namespace=? AND type=? AND definition_version=? AND ready_at<?)',
  ],
  'what a worker holds': ['and worker = ? order by', 'INDEX run_held (namespace=? AND worker=?)'],
  'what has to be requeued': [
    'where namespace = ? and worker = ?`',
    'INDEX run_held (namespace=? AND worker=?)',
  ],
  'runs with unsent messages': ['unsent_from is not null and updated_at', 'INDEX run_unsent (namespace=?)'],
  'what waits for a time': [
    'ready_at >= ? and ready_at < ?',
    'INDEX run_ready (namespace=? AND type=? AND definition_version=? AND ready_at>? AND ready_at<?)',
  ],
  'which definitions have runs that wait': [
    '(type, definition_version) > (?, ?)',
    'INDEX run_ready (namespace=? AND (type,definition_version)>(?,?))',
  ],
  'what is to be done of a definition': [
    'definition_version = ?3 and ready_at is not null',
    'INDEX run_ready (namespace=? AND type=? AND definition_version=? AND ready_at>?)',
  ],
  'all that workers hold': ['and worker is not null`', 'INDEX run_held (namespace=? AND worker>?)'],
  'schedules that are due': ['next_at <= ?', 'INDEX schedule_due (namespace=? AND next_at>? AND next_at<?)'],
  'cells that have expired': ['expires_at <= ?', 'INDEX cell_expiring (namespace=? AND expires_at<?)'],
  'cell writes that need not be known': [
    'cell_write where namespace = ? and at <= ?',
    'INDEX cell_write_age (namespace=? AND at<?)',
  ],
  'the next finished runs': ['status = ? and no > ?', 'INDEX run_status (namespace=? AND status=? AND no>?)'],
  'the open run of a key': [
    'and key = ? and finished_at is null',
    'INDEX run_open_key (namespace=? AND key=?)',
  ],
}

for (const [what, [part, plan]] of Object.entries(FINDERS)) {
  test(`a partial index finds ${what}`, () => {
    const found = statements.filter((sql) => `${sql}\``.includes(part))
    expect(found).not.toEqual([])
    for (const sql of found) expect(planOf(sql)).toContain(plan)
  })
}

/** Lists for people are put together as they are asked for. */
const LISTS: { readonly [list: string]: string } = {
  'namespace = ?': 'INDEX run_namespace (namespace=?)',
  'namespace = ? and no < ?': 'INDEX run_namespace (namespace=? AND no<?)',
  'namespace = ? and type = ?': 'INDEX run_type (namespace=? AND type=?)',
  'namespace = ? and key = ?': 'INDEX run_key (namespace=? AND key=?)',
  'namespace = ? and status in (?)': 'INDEX run_status (namespace=? AND status=?)',
}

for (const [where, plan] of Object.entries(LISTS)) {
  test(`runs are listed by an index where ${where}`, () => {
    expect(planOf(`select id, bytes from run where ${where} order by no desc limit ?`)).toBe(
      `SEARCH run USING ${plan}`,
    )
  })
}

/** What telemetry is asked for, and the index that finds it in the order in which it is listed. */
const TELEMETRY: readonly (readonly [from: string, plan: string])[] = [
  ['agent_logs where namespace = ?', 'INDEX agent_logs_at (namespace=?)'],
  ['agent_logs where namespace = ? and at >= ?', 'INDEX agent_logs_at (namespace=? AND at>?)'],
  ['agent_logs where namespace = ? and run_id = ?', 'INDEX agent_logs_run (namespace=? AND run_id=?)'],
  ['metric_samples where namespace = ?', 'INDEX metric_samples_at (namespace=?)'],
  ['metric_samples where namespace = ? and name = ?', 'INDEX metric_samples_name (namespace=? AND name=?)'],
]

for (const [from, plan] of TELEMETRY) {
  test(`an index lists ${from}`, () => {
    const [table] = from.split(' ')
    expect(planOf(`select * from ${from} order by at desc, id desc limit ?`)).toBe(
      `SEARCH ${table} USING ${plan}`,
    )
  })
}
