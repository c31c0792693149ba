import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { emptyDatabase, ownDatabase, type PostgresVersion } from '../../test/postgres.ts'
import { anyJournals, START } from '../../test/random-journals.ts'
import type { Entry } from '../contract/entry.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { foldJournal, lineage } from '../journal/fold.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { prepareReads } from '../sqlite/reads.ts'
import { prepareTransaction } from '../sqlite/transaction.ts'
import type { Access } from '../store/access.ts'
import { readMetrics } from '../store/metrics.ts'
import { openPostgresStore } from './index.ts'
import { letterOf } from './wire.ts'

/** Sequences in all; `PAWL_SEQUENCES=2000` asks for more, `SEED` for the ones of a failure. */
const SEQUENCES = Number(process.env.PAWL_SEQUENCES ?? 40)
const replay = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }

const NAMESPACES = ['default', 'other'] as const

type Row = { readonly [column: string]: unknown }

const INT8 = 20
const JSONB = 3802

/** Numbers as numbers, JSON as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid) => (oid === INT8 ? Number : oid === JSONB ? String : pg.types.getTypeParser(oid)),
}

const memory = () =>
  openDatabase({ path: ':memory:', durability: 'process', busyTimeoutMs: 0, maxFileBytes: null })

/** Batches of what happens at one time: the clock is read once in each. */
function batchesOf(operations: readonly WriteOperation[]): readonly (readonly WriteOperation[])[] {
  const batches: WriteOperation[][] = []
  for (const operation of operations) {
    if (operation.op === 'set_clock') batches.push([operation], [])
    else batches.at(-1)!.push(operation)
  }
  return batches.filter((batch) => batch.length > 0)
}

function writeSqlite(db: DatabaseSync, namespace: string, operations: readonly WriteOperation[]): void {
  const transact = prepareTransaction(db, namespace)
  for (const outcome of batchesOf(operations).flatMap((batch) => transact(batch))) {
    const value = outcome.ok ? outcome.value : outcome
    // The script was worked out: a refusal is a fault of the test.
    expect((value as { ok?: boolean } | null)?.ok ?? true, JSON.stringify(value)).toBe(true)
  }
}

async function writePostgres(pool: pg.Pool, namespace: string, operations: readonly WriteOperation[]) {
  for (const batch of batchesOf(operations))
    await pool.query('select pawl.write($1, $2::text::jsonb)', [
      namespace,
      JSON.stringify(letterOf(batch).body),
    ])
}

/** A row that is the same on both engines: flags as 0 and 1, JSON as its value, -0 as 0. */
function plain(row: Row, json: ReadonlySet<string>): Row {
  const entries = Object.entries(row).map(([column, value]) => {
    if (value === null) return [column, null]
    if (json.has(column)) return [column, { json: withoutNegativeZero(JSON.parse(String(value))) }]
    return [column, typeof value === 'boolean' ? Number(value) : value]
  })
  return Object.fromEntries(entries) as Row
}

const withoutNegativeZero = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, part: unknown) => (part === 0 ? 0 : part)))

const sorted = (rows: readonly Row[]): readonly Row[] =>
  rows
    .map((row) => ({ row, key: JSON.stringify(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)

async function viewsOf(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query(
    "select viewname from pg_views where schemaname = 'pawl' order by viewname",
  )
  return rows.map(({ viewname }) => viewname as string)
}

/** Both engines' rows of a view, comparable. */
async function rowsOf(view: string, db: DatabaseSync, pool: pg.Pool) {
  const { rows, fields } = await pool.query({ text: `select * from pawl.${view}`, types })
  const json = new Set(fields.filter(({ dataTypeID }) => dataTypeID === JSONB).map(({ name }) => name))
  const statement = db.prepare(`select * from ${view}`)
  return {
    columns: [fields.map(({ name }) => name), statement.columns().map(({ name }) => name)] as const,
    postgres: sorted((rows as Row[]).map((row) => plain(row, json))),
    sqlite: sorted((statement.all() as Row[]).map((row) => plain(row, json))),
  }
}

/** What the views say of a run, beside what the fold says. */
function expectFold(db: DatabaseSync, namespace: string, runId: string): void {
  const journal = db
    .prepare(
      `select e.version, e.epoch, e.fence, e.kind, e.step, e.hash, e.at, e.format, e.payload, e.meta
       from entry e join run r on r.no = e.run_no where r.namespace = ? and r.id = ? order by e.version`,
    )
    .all(namespace, runId)
    .map((row) => ({ ...row, payload: row.payload, meta: JSON.parse(String(row.meta)) as object }))
    .map((row) => row as unknown as Entry)
  const line = lineage(journal)
  const events = db
    .prepare(
      'select version, on_line from workflow_events where namespace = ? and run_id = ? order by version',
    )
    .all(namespace, runId)
  expect(events.filter(({ on_line }) => on_line === 1).map(({ version }) => version)).toEqual(
    line.map(({ version }) => version),
  )
  const state = foldJournal(journal)
  const row = db
    .prepare('select * from workflow_states where namespace = ? and run_id = ?')
    .get(namespace, runId) as Row
  expect(row.current_step).toBe(state.current)
  if (row.compacted_at !== null) return
  expect(row.steps).toBe(line.filter(({ kind }) => kind === 'step_completed').length)
  expect(Object.keys(JSON.parse(String(row.results)) as object).sort()).toEqual(
    Object.keys(state.results).sort(),
  )
}

/** An engine's reads alone. */
const readerOf = (read: (operation: ReadOperation) => unknown): Access => ({
  read: async (operation) => (await read(operation)) as never,
  write: () => Promise.reject(new Error('nothing is written here')),
})

/** Both engines count the same, and agents as the views have their results. */
async function expectMetrics(db: DatabaseSync, pool: pg.Pool, namespace: string): Promise<void> {
  const sqlite = readerOf(prepareReads(db, namespace))
  const postgres = readerOf(async (operation) => {
    const values = [namespace, JSON.stringify(operation)]
    return (await pool.query('select pawl.read($1, $2::jsonb) as answer', values)).rows[0].answer
  })
  const spans = [
    { since: 0, until: START * 2 },
    { since: START + 61_000, until: START + 50_000_000 },
    { since: START + 7, until: START + 2_000_000, type: 'letter' },
  ]
  for (const span of spans) {
    const metrics = await readMetrics(sqlite, span)
    expect(await readMetrics(postgres, span)).toEqual(metrics)
    const results = db
      .prepare(
        `select agent, status, duration_ms, tokens from agent_results
         where namespace = ? and at >= ? and at < ? and type = coalesce(?, type) order by agent, duration_ms`,
      )
      .all(namespace, span.since, span.until, span.type ?? null)
    for (const { agent, count, failed, tokens, durationMs } of metrics.agents) {
      const mine = results.filter((row) => row.agent === agent)
      const measured = mine.flatMap((row) => (row.duration_ms === null ? [] : [Number(row.duration_ms)]))
      const rank = Math.ceil((measured.length * 95) / 100)
      expect([count, failed, tokens, durationMs.p95]).toEqual([
        mine.length,
        mine.filter(({ status }) => status === 'failed').length,
        mine.reduce((sum, row) => sum + Number(row.tokens ?? 0), 0),
        measured[rank - 1] ?? null,
      ])
    }
    expect(metrics.agents.map(({ agent }) => agent)).toEqual([...new Set(results.map(({ agent }) => agent))])
  }
}

describe.for<PostgresVersion>([15, 18])('views of Postgres %i beside SQLite', async (version) => {
  const { url, pool } = await ownDatabase(version)
  await (await openPostgresStore({ connectionString: url })).close()
  const views = await viewsOf(pool)

  test('both have the same views with the same columns', async () => {
    const db = memory()
    const made = db.prepare("select name from sqlite_master where type = 'view' order by name").all()
    expect(made.map(({ name }) => name)).toEqual(views)
    for (const view of views) {
      const { columns } = await rowsOf(view, db, pool)
      expect(columns[0], view).toEqual(columns[1])
    }
  })

  test(`${SEQUENCES} random journals give the same rows, and what the fold says`, {
    timeout: 600_000,
  }, async () => {
    let offTheLine = 0
    let seen = 0
    await fc.assert(
      fc.asyncProperty(anyJournals, anyJournals, async (...journals) => {
        await emptyDatabase(pool)
        const db = memory()
        for (const [index, namespace] of NAMESPACES.entries()) {
          writeSqlite(db, namespace, journals[index]!)
          await writePostgres(pool, namespace, journals[index]!)
        }
        for (const view of views) {
          const { postgres, sqlite } = await rowsOf(view, db, pool)
          expect(postgres, view).toEqual(sqlite)
          seen += postgres.length
        }
        for (const { namespace, id } of db.prepare('select namespace, id from run').all())
          expectFold(db, String(namespace), String(id))
        for (const namespace of NAMESPACES) await expectMetrics(db, pool, namespace)
        offTheLine += Number(
          db.prepare('select count(*) as n from workflow_events where not on_line').get()?.n,
        )
        db.close()
      }),
      { numRuns: SEQUENCES, ...replay },
    )
    // Journals without a bend would show nothing.
    expect(offTheLine).toBeGreaterThan(SEQUENCES)
    expect(seen).toBeGreaterThan(50 * SEQUENCES)
    expect(START % 60_000).toBe(0)
  })
})
