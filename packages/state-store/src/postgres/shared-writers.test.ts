import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import type { StateStore } from '../contract/store.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { openPostgresStore } from './index.ts'
import { letterOf } from './wire.ts'

// Many processes that write the same cells, agents and schedules at once, in any order.

const { url, pool } = await ownDatabase(18)
const open = (namespace: string) => openPostgresStore({ connectionString: url, pollMs: 0, namespace })

async function inParallel(namespace: string, work: (store: StateStore, index: number) => Promise<unknown>) {
  const stores = await Promise.all(Array.from({ length: 4 }, () => open(namespace)))
  try {
    return await Promise.all(stores.map(work))
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

const names = ['a', 'b', 'c', 'd', 'e', 'f']
/** Every other process goes through the names the other way round. */
const inOrder = (index: number): readonly string[] => (index % 2 === 0 ? names : names.toReversed())

const deadlocks = async (): Promise<number> => {
  await pool.query('select pg_stat_clear_snapshot()')
  const { rows } = await pool.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  return Number(rows[0].deadlocks)
}

test('counters that many raise lose nothing, and nobody waits for ever', { timeout: 120_000 }, async () => {
  await inParallel('count', async (store, index) => {
    for (let times = 0; times < 5; times++) {
      // All names in one batch: rows locked in the order of the batch would be in each other's way.
      await Promise.all(inOrder(index).map((key) => increment(store, key)))
    }
  })
  await using store = await open('count')
  for (const key of names) expect((await store.cells.read(key))?.value).toBe(20)
  expect(await deadlocks()).toBe(0)
})

async function increment(store: StateStore, key: string): Promise<void> {
  for (;;) {
    const cell = await store.cells.read(key)
    const value = Number(cell?.value ?? 0) + 1
    if ((await store.cells.write({ key, value, expected: cell?.revision ?? null })).ok) return
  }
}

test('agents and schedules, registered by all in any order, are there once', async () => {
  const first = { at: 1_000 }
  await inParallel('shared', (store, index) =>
    Promise.all(
      inOrder(index).flatMap((name) => [
        store.agents.register({ name, metadata: index }),
        store.schedules.put({ id: name, spec: name, run: { type: 'letter' }, first }),
        store.cells.write({ key: name, value: index, expected: null }),
        store.open({ type: 'letter', key: name }),
      ]),
    ),
  )
  await using store = await open('shared')
  expect((await store.agents.list()).items.map((agent) => agent.name)).toEqual(names)
  expect((await store.schedules.list()).items.map((schedule) => schedule.nextAt)).toEqual(
    names.map(() => 1_000),
  )
  expect((await store.runs()).items.length).toBe(names.length)
  expect(await deadlocks()).toBe(0)
})

test('ticks that all fire in any order open one run each', async () => {
  const setup = await open('ticks')
  for (const id of names)
    await setup.schedules.put({ id, spec: 1, run: { type: 'letter' }, first: { at: 1_000 } })
  await setup.close()
  const fired = await inParallel('ticks', (store, index) =>
    Promise.all(inOrder(index).map((id) => store.schedules.fire({ id, from: 1_000, to: 2_000 }))),
  )
  expect(fired.flat().filter((verdict) => (verdict as { created?: boolean }).created).length).toBe(
    names.length,
  )
  await using store = await open('ticks')
  expect((await store.runs()).items.length).toBe(names.length)
  expect(await deadlocks()).toBe(0)
})

test('a run that is being written to is waited for, not pruned from under its writer', async () => {
  await using store = await open('prune')
  const claimFor = { worker: 'anna', leaseMs: 60_000 }
  const { runId, fence } = await store.open({ type: 'letter', claimFor })
  const entries = [{ kind: 'failed', payload: 'oh' } as const]
  const next = { status: 'failed' } as const
  await store.commit({ runId, worker: 'anna', fence: fence ?? 0, version: 2, entries, next })
  store.confirm({ runId, version: 2 })
  await store.setTestClock(null)

  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin')
  const entry = {
    kind: 'resumed',
    step: null,
    slot: null,
    hash: null,
    format: 1,
    payload: 'null',
    meta: '{}',
  }
  const resume: WriteOperation[] = [
    { op: 'resume', runId, expectVersion: 2, entry: { ...entry, lifecycle: true } },
  ]
  await client.query('select pawl.write($1, $2::text::jsonb)', [
    'prune',
    JSON.stringify(letterOf(resume).body),
  ])
  // It still looks finished to whoever asks; the resume is not committed.
  const pruning = store.prune({ olderThan: 0 })
  const compacting = store.compact(runId)
  const first = await Promise.race([pruning, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])
  expect(first).toBe('waits')
  await client.query('commit')
  await client.end()
  expect(await pruning).toEqual({ runs: 0, entries: 0, messages: 0 })
  expect(await compacting).toMatchObject({ ok: false })
  expect(await store.run(runId)).toMatchObject({ status: 'queued', version: 3, compactedAt: null })
})
