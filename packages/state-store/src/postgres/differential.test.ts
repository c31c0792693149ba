import fc from 'fast-check'
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { emptyDatabase, ownDatabase, type PostgresVersion } from '../../test/postgres.ts'
import { anyBatches, BASE, runIds } from '../../test/random-operations.ts'
import { cellKeys, scheduleIds } from '../../test/random-shared.ts'
import type { Engine, Outcome } from '../engine/engine.ts'
import type { MetricsPiece } from '../engine/metrics.ts'
import type { LogsOperation } from '../engine/reads.ts'
import type { JournalRow, KeptLogRow, RunRow } from '../engine/rows.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { MemoryEngine } from '../sqlite/memory-engine.ts'
import { openPostgresStore } from './index.ts'
import { type PostgresPool, sharePool } from './pool.ts'
import { PostgresDoor } from './postgres-door.ts'
import { PostgresEngine } from './postgres-engine.ts'
import { Pulse } from './pulse.ts'

/** Sequences in all; `PAWL_SEQUENCES=2000` asks for more, `SEED` for the ones of a failure. */
const SEQUENCES = Number(process.env.PAWL_SEQUENCES ?? 200)

const memory = (): Engine =>
  new MemoryEngine({
    path: ':memory:',
    namespace: 'default',
    durability: 'process',
    busyTimeoutMs: 0,
    maxFileBytes: null,
  })

function postgres(pool: pg.Pool): Engine {
  const owned = sharePool(pool as unknown as PostgresPool)
  const options = { location: 'postgres', timeoutMs: 30_000, prepared: false, sender: null }
  return new PostgresEngine(new PostgresDoor(owned, options), 'default', new Pulse(async () => 0, 0))
}

/** Numbers of runs differ, because a refused insert uses one up on Postgres; their order does not. */
const plain = ({ no: _, ...row }: RunRow): object => ({ ...row })

async function snapshot(engine: Engine): Promise<unknown> {
  const all = { statuses: null, type: null, key: null, since: null, until: null, after: null, limit: 1_000 }
  const runs = (await engine.read({ op: 'runs', order: 'oldest', ...all })) as RunRow[]
  const newest = (await engine.read({ op: 'runs', order: 'newest', ...all })) as RunRow[]
  const span = { from: 1, to: null, since: null, until: null, kinds: null, limit: 1_000 }
  const unsent = (await engine.read({ op: 'unsent', idleMs: 0, limit: 100, runId: null })) as {
    run: RunRow
    entries: JournalRow[]
  }[]
  return {
    runs: runs.map(plain),
    newest: newest.map((run) => run.run_id),
    journals: await Promise.all(
      runIds.map((runId) => engine.read({ op: 'entries', runId, ...span }).then((rows) => copied(rows))),
    ),
    inboxes: await Promise.all(
      runIds.map((runId) => engine.read({ op: 'inbox', runId, after: 0 }).then(copied)),
    ),
    output: await Promise.all(
      runIds.map(async (runId) => [
        copied(await engine.read({ op: 'output', runId, after: 0, limit: 1_000 })),
        copied(await engine.read({ op: 'output', runId, after: 7, limit: 2 })),
      ]),
    ),
    logs: await pages(engine, 'logs'),
    samples: await pages(engine, 'samples'),
    unsent: unsent.map(({ run, entries }) => ({ run: plain(run), entries: copied(entries) })),
    ...(await snapshotBesideRuns(engine)),
    now: await engine.read({ op: 'now' }),
  }
}

/** What processes share, what waits, and what may go. */
async function snapshotBesideRuns(engine: Engine): Promise<object> {
  const each = <T>(names: readonly string[], read: (name: string) => Promise<T>) =>
    Promise.all(names.map((name) => read(name).then(copied)))
  const page = { limit: 1_000, after: null }
  const timers = (await engine.read({ op: 'timers', type: null, until: null, ...page })) as RunRow[]
  const letters = (await engine.read({
    op: 'timers',
    type: 'letter',
    until: BASE + 100,
    ...page,
  })) as RunRow[]
  const ended = { statuses: ['completed', 'failed'], types: null } as const
  const looks = await Promise.all(
    [null, ['letter']].map((types) => {
      const look = { before: BASE + 100, keepFrom: null, whole: types === null, after: 0, limit: 100 }
      return engine.read({ op: 'finished', ...ended, types, ...look })
    }),
  )
  return {
    cells: await each(cellKeys, (key) => engine.read({ op: 'cell', key })),
    agents: copied(await engine.read({ op: 'agents', enabled: null, seenSince: null, ...page })),
    enabled: copied(await engine.read({ op: 'agents', enabled: true, seenSince: BASE + 1, ...page })),
    schedules: await each(scheduleIds, (id) => engine.read({ op: 'schedule', id })),
    unpaused: copied(await engine.read({ op: 'schedules', type: 'letter', paused: false, ...page })),
    due: copied(await engine.read({ op: 'due', withinMs: 50, limit: 10 })),
    timers: timers.map(plain),
    letters: letters.map(plain),
    finished: copied(looks),
    backlog: copied(await engine.read({ op: 'backlog', prefix: '' })),
    parcels: copied(await engine.read({ op: 'backlog', prefix: 'p' })),
    metrics: await Promise.all([counted(engine, 0, BASE * 2), counted(engine, BASE + 20, BASE + 60)]),
    nothing: await engine.read({ op: 'newest', count: 1_000, ...ended }),
  }
}

/** What is counted of a time, whatever order an engine counts it in. */
async function counted(engine: Engine, since: number, until: number): Promise<unknown> {
  const asked = { op: 'metrics', since, until, type: null, agent: null, after: null } as const
  const { runs, steps, next } = (await engine.read(asked)) as MetricsPiece
  const inOrder = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
  return { runs: inOrder(runs), steps: inOrder(steps), next }
}

/** All lines or samples in pages of two, in both orders, and those that filters find. */
async function pages(engine: Engine, op: 'logs' | 'samples'): Promise<unknown> {
  const all = { runId: null, step: null, agent: null, since: null, until: null, levels: null, name: null }
  const read = async (asked: object): Promise<KeptLogRow[]> =>
    (await engine.read({
      op,
      order: 'newest',
      limit: 100,
      after: null,
      ...all,
      ...asked,
    } as LogsOperation)) as KeptLogRow[]
  const found: unknown[] = []
  for (const order of ['oldest', 'newest']) {
    for (let after: { at: number; id: string } | null = null; ; ) {
      const page = await read({ order, limit: 2, after })
      found.push(page.map(parsed))
      const last = page.at(-1)
      if (page.length < 2 || last === undefined) break
      after = { at: last.at, id: last.id }
    }
  }
  const filters = [
    { runId: runIds[0] },
    { step: 'é' },
    { agent: 'writer' },
    { since: BASE, until: BASE + 50 },
    op === 'logs' ? { levels: ['warn', 'error'] } : { name: 'n' },
  ]
  for (const filter of filters) found.push((await read(filter)).map(parsed))
  return found
}

/** Postgres writes JSON with its own spaces and order. */
function parsed(row: object): object {
  const { context, tags, ...rest } = row as { context?: string | null; tags?: string | null }
  return { ...rest, context: JSON.parse(context ?? 'null'), tags: JSON.parse(tags ?? 'null') }
}

/** Each engine has words of its own for what failed. */
const wordless = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.map((outcome) => {
    const said = outcome.ok ? (outcome.value as { message?: unknown } | null)?.message : undefined
    return said === undefined ? outcome : { ok: true, value: 'failed with a message' }
  })

/** Rows of node:sqlite have no prototype. */
const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

async function play(batches: readonly (readonly WriteOperation[])[], engine: Engine): Promise<unknown[]> {
  const seen: unknown[] = []
  await engine.write([{ op: 'set_clock', now: BASE }])
  for (const batch of batches) {
    seen.push(copied(wordless(await engine.write(batch))))
    seen.push(await snapshot(engine))
  }
  return seen
}

describe.for<PostgresVersion>([18])('Postgres %i beside SQLite', async (version) => {
  const { url, pool } = await ownDatabase(version)
  await (await openPostgresStore({ connectionString: url })).close()

  test(`${SEQUENCES} random sequences of batches have the same answers and leave the same rows`, {
    timeout: 600_000,
  }, async () => {
    let refused = 0
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(anyBatches, async (batches) => {
        await emptyDatabase(pool)
        const sqlite = memory()
        try {
          const expected = await play(batches, sqlite)
          expect(await play(batches, postgres(pool))).toEqual(expected)
          const said = JSON.stringify(expected)
          accepted += said.split('"ok":true,"version"').length - 1
          refused += said.split('"ok":false,"reason"').length - 1
        } finally {
          await sqlite.close()
        }
      }),
      { numRuns: SEQUENCES, ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }) },
    )
    // A generator that mostly made nonsense would compare refusals with refusals.
    expect(accepted).toBeGreaterThan(SEQUENCES)
    expect(refused).toBeGreaterThan(SEQUENCES)
  })
})
