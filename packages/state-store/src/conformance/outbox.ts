import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import { casesOf } from './conformance-case.ts'
import { claimOne, finish, heldRun, NOBODY, NOON, step, write } from './given.ts'

const kindsOf = async (store: StateStore, idleMs = 0) =>
  (await store.unsent({ idleMs })).map((one) => one.entries.map((entry) => entry.kind))

export const outboxCases = casesOf('outbox', {
  'lifecycle entries are unsent until they are confirmed': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await write(store, run, 2, [step('a')])
    assert.deepEqual(await kindsOf(store), [['started']])
    await finish(store, run, 3)
    assert.deepEqual(await kindsOf(store), [['started', 'completed']])
  },

  'a confirmation travels with the next commit': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    store.confirm({ runId: run.runId, version: 1 })
    await write(store, run, 2, [step('a')])
    assert.deepEqual(await kindsOf(store), [])
    await finish(store, run, 3)
    assert.deepEqual(await kindsOf(store), [['completed']])
  },

  'a confirmation arrives soon, also when nothing else is written': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    store.confirm({ runId: run.runId, version: 1 })
    const until = Date.now() + 10_000
    while ((await kindsOf(store)).length > 0) {
      assert.ok(Date.now() < until, 'the confirmation never arrived')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },

  'a confirmation of a part leaves the rest': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await finish(store, run, 2, 'failed')
    await store.resume({ runId: run.runId })
    store.confirm({ runId: run.runId, version: 2 })
    await heldRun(store, 'anna', { key: 'next' })
    const [first] = await kindsOf(store)
    assert.deepEqual(first, ['resumed'])
  },

  'a late confirmation takes nothing back': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await finish(store, run, 2)
    store.confirm({ runId: run.runId, version: 2 })
    store.confirm({ runId: run.runId, version: 1 })
    store.confirm({ runId: NOBODY, version: 1 })
    await store.now()
    await store.setTestClock(null)
    assert.deepEqual(await kindsOf(store), [])
  },

  'rollback and resume are lifecycle too': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.rollback({ runId: run.runId, version: 1 })
    await store.resume({ runId: run.runId })
    assert.deepEqual(await kindsOf(store), [['started', 'rolled_back', 'resumed']])
    await write(store, await claimOne(store, 'bob'), 4, [{ kind: 'cancelled' }], { status: 'cancelled' })
    assert.deepEqual(await kindsOf(store), [['started', 'rolled_back', 'resumed', 'cancelled']])
  },

  'only runs that were idle are listed': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await heldRun(store)
    assert.deepEqual(await kindsOf(store, 1_000), [])
    await store.setTestClock(NOON + 999)
    assert.deepEqual(await kindsOf(store, 1_000), [])
    await store.setTestClock(NOON + 1_000)
    assert.deepEqual(await kindsOf(store, 1_000), [['started']])
  },

  'one run can be asked for by its id': async (harness) => {
    const store = await harness.open()
    await heldRun(store)
    const run = await heldRun(store)
    const found = await store.unsent({ idleMs: 0, runId: run.runId })
    assert.deepEqual(
      found.map((one) => one.run.runId),
      [run.runId],
    )
    assert.deepEqual(await store.unsent({ idleMs: 0, runId: NOBODY }), [])
    store.confirm({ runId: run.runId, version: 1 })
    await write(store, run, 2, [step('a')])
    assert.deepEqual(await store.unsent({ idleMs: 0, runId: run.runId }), [])
  },

  'at most as many runs as asked for, the oldest first': async (harness) => {
    const store = await harness.open()
    const runs = [await heldRun(store), await heldRun(store), await heldRun(store)]
    const found = await store.unsent({ idleMs: 0, limit: 2 })
    assert.deepEqual(
      found.map((one) => one.run.runId),
      runs.slice(0, 2).map((run) => run.runId),
    )
  },
})
