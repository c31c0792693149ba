import { startCutProxy } from '@pawl/testkit/cut-proxy'
import { afterAll, expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { openPostgresStore } from './index.ts'

// The server did what it was asked and nobody heard of it: the answer is asked for again, nothing is applied twice.

const { url, pool } = await ownDatabase(18)
const proxy = await startCutProxy({ target: url })
const store = await openPostgresStore({ connectionString: proxy.urlFor(url), pollMs: 0 })
afterAll(async () => {
  await store.close()
  await proxy.stop()
})

/** Loses the answer to the next statement that holds the text, and insists that it was lost. */
async function losing<T>(containing: string, call: () => Promise<T>): Promise<T> {
  const cut = proxy.cutAfterRequest({ containing })
  const answer = await call()
  await cut.happened
  return answer
}

const count = async (table: string): Promise<number> =>
  Number((await pool.query(`select count(*) from pawl.${table}`)).rows[0].count)

test('a cell is written once', async () => {
  const written = await losing('write_cell', () => store.cells.write({ key: 'k', value: 1, expected: null }))
  expect(written).toEqual({ ok: true, revision: expect.any(Number) })
  expect(await store.cells.read('k')).toMatchObject({ value: 1, revision: written.ok && written.revision })
  const revision = written.ok ? written.revision : 0
  expect(await losing('remove_cell', () => store.cells.remove({ key: 'k', expected: revision }))).toEqual({
    ok: true,
    revision,
  })
  expect(await store.cells.read('k')).toBeUndefined()
})

test('of two that write a cell, the one whose answer was lost still wins', async () => {
  const rival = await openPostgresStore({ connectionString: url, pollMs: 0 })
  const write = { key: 'race', value: 'first', expected: null, id: 'w1' }
  const cut = proxy.cutAfterRequest({ containing: 'write_cell' })
  const first = store.cells.write(write)
  await cut.happened
  // Between the write and the question about it somebody else goes on from it.
  const seen = await rival.cells.read('race')
  const second = await rival.cells.write({ key: 'race', value: 'second', expected: seen!.revision })
  expect(await first).toEqual({ ok: true, revision: seen!.revision })
  expect(second.ok).toBe(true)
  expect(await store.cells.read('race')).toMatchObject({ value: 'second' })
  await rival.close()
})

test('a tick opens one run', async () => {
  const schedule = { id: 's', spec: 1, run: { type: 'letter' }, first: { at: 1_000 } }
  await store.schedules.put(schedule)
  const before = await count('run')
  const fired = await losing('"fire"', () => store.schedules.fire({ id: 's', from: 1_000, to: 2_000 }))
  expect(fired).toMatchObject({ ok: true, created: true, nextAt: 2_000 })
  expect(await count('run')).toBe(before + 1)
  const moved = await losing('"advance"', () => store.schedules.advance({ id: 's', from: 2_000, to: 3_000 }))
  expect(moved).toEqual({ ok: true, nextAt: 3_000 })
})

test('an agent is registered once', async () => {
  const agent = await losing('register_agent', () => store.agents.register({ name: 'writer', metadata: 1 }))
  expect(await store.agents.read('writer')).toMatchObject({ revision: agent.revision })
})

test('what would be done over another write is left to the caller', async () => {
  const lost: { readonly [text: string]: () => Promise<unknown> } = {
    enable_agent: () => store.agents.setEnabled({ name: 'writer', enabled: false }),
    remove_agent: () => store.agents.remove('writer'),
    put_schedule: () => store.schedules.put({ id: 't', spec: 1, run: { type: 'a' }, first: { inMs: 0 } }),
    pause_schedule: () => store.schedules.pause('s'),
    remove_schedule: () => store.schedules.remove('s'),
  }
  for (const [text, call] of Object.entries(lost)) {
    const error = await losing(text, () => call().catch((thrown: unknown) => thrown))
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', retriable: true })
  }
})

test('a run is pruned once, a run is compacted once; what was not heard of is not counted', async () => {
  const claimFor = { worker: 'anna', leaseMs: 60_000 }
  const ended = async () => {
    const { runId, fence } = await store.open({ type: 'letter', claimFor })
    const entries = [1, 2, 3].map((number) => ({ kind: 'step_completed', step: `s${number}` }) as const)
    const done = [...entries, { kind: 'completed', payload: 1 } as const]
    const next = { status: 'completed' } as const
    await store.commit({ runId, worker: 'anna', fence: fence ?? 0, version: 2, entries: done, next })
    store.confirm({ runId, version: 5 })
    await store.setTestClock(null)
    return runId
  }
  const compacted = await ended()
  expect(await losing('"compact"', () => store.compact(compacted))).toEqual({
    ok: true,
    entries: 0,
    messages: 0,
  })
  expect((await store.journal({ runId: compacted })).map((entry) => entry.version)).toEqual([1, 4, 5])
  const pruned = await ended()
  const result = await losing('delete_run', () => store.prune({ olderThan: 0 }))
  expect(result).toEqual({ runs: 0, entries: 0, messages: 0 })
  expect([await store.run(compacted), await store.run(pruned)]).toEqual([undefined, undefined])
})
