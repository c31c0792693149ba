import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import { casesOf } from './conformance-case.ts'
import {
  claimOne,
  finish,
  type HeldRun,
  heldRun,
  NOBODY,
  rejects,
  step,
  versionsOf,
  waiting,
  write,
} from './given.ts'

const ID = '0197a000-0000-7000-8000-00000000f04c'

/** started, a, b: versions 1 to 3. */
async function ab(store: StateStore, key?: string): Promise<HeldRun> {
  const run = await heldRun(store, 'anna', key === undefined ? {} : { key })
  await write(store, run, 2, [step('a')])
  await write(store, run, 3, [step('b')])
  return run
}

export const forkCases = casesOf('fork', {
  'copies the journal up to a version and goes on from there': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    const fork = await store.fork({ runId, version: 2 })
    assert.deepEqual([fork.created, fork.status, fork.version, fork.fence], [true, 'queued', 3, null])
    assert.notEqual(fork.runId, runId)
    const [original, copied] = [await store.journal({ runId, version: 2 }), await store.journal(fork)]
    assert.deepEqual(
      copied.slice(0, 2).map(({ version, kind, step, payload, at }) => [version, kind, step, payload, at]),
      original.map(({ version, kind, step, payload, at }) => [version, kind, step, payload, at]),
    )
    assert.equal(copied[2]!.kind, 'forked')
    assert.deepEqual((await store.stateAt(fork)).results, { a: 'a' })
    assert.deepEqual((await store.run(fork.runId))?.parent, { runId, version: 2 })
    assert.deepEqual(await versionsOf(store, runId), [1, 2, 3])
  },

  'without a version it copies everything': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    const fork = await store.fork({ runId })
    assert.equal(fork.version, 4)
    assert.deepEqual((await store.run(fork.runId))?.parent, { runId, version: 3 })
  },

  'is claimed and written to like any run': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    await store.fork({ runId, version: 2 })
    const run = await claimOne(store, 'bob')
    assert.deepEqual([run.version, run.recovered], [3, false])
    await write(store, run, 4, [step('b', 'other')])
    assert.deepEqual((await store.stateAt({ runId: run.runId })).results, { a: 'a', b: 'other' })
    assert.deepEqual((await store.stateAt({ runId })).results, { a: 'a', b: 'b' })
  },

  'the copied prefix counts as sent': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    const fork = await store.fork({ runId })
    const unsent = await store.unsent({ idleMs: 0 })
    assert.deepEqual(
      unsent.map((one) => one.run.runId),
      [runId],
    )
    const run = await claimOne(store, 'bob')
    await finish(store, run, 5)
    const own = (await store.unsent({ idleMs: 0 })).find((one) => one.run.runId === fork.runId)
    assert.deepEqual(
      own?.entries.map((entry) => entry.version),
      [5],
    )
  },

  'has a key of its own, or none': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store, 'k')
    const fork = await store.fork({ runId })
    assert.equal((await store.run(fork.runId))?.key, null)
    const named = await store.fork({ runId, key: 'other' })
    assert.equal((await store.run(named.runId))?.key, 'other')
    await rejects(store.fork({ runId, key: 'k' }), 'KEY_IN_USE')
  },

  'keeps the epoch of its prefix': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    await store.rollback({ runId, version: 2 })
    assert.equal((await store.fork({ runId, version: 3 })).epoch, 0)
    const fork = await store.fork({ runId })
    assert.equal(fork.epoch, 1)
    assert.deepEqual((await store.stateAt(fork)).results, { a: 'a' })
  },

  'the same new id again is the first fork': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    const first = await store.fork({ runId, version: 2, newRunId: ID })
    const again = await store.fork({ runId, version: 3, newRunId: ID })
    assert.deepEqual([again.runId, again.version], [first.runId, first.version])
    assert.equal((await store.runs()).items.length, 2)
  },

  'brings a signal whose metadata holds what SQL text cannot': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    const meta = { reason: 'a\u0000b\ud800', inbox: 1 }
    await write(store, run, 2, [{ kind: 'signal_received', step: 'x', meta }])
    const fork = await store.fork({ runId: run.runId })
    assert.equal((await store.inbox(fork.runId)).length, 1)
    assert.deepEqual((await store.entries(fork.runId)).items[1]?.meta, meta)
  },

  'brings the signals that its prefix consumed, and numbers new ones after them': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const { runId } = run
    for (const id of ['m1', 'm2', 'm3']) await store.send({ runId, kind: 'signal', name: 'yes', id })
    await write(store, run, 2, [{ kind: 'signal_received', step: 'x', meta: { inbox: 2 } }])
    const fork = await store.fork({ runId })
    assert.deepEqual(
      (await store.inbox(fork.runId)).map((item) => [item.seq, item.id]),
      [[2, 'm2']],
    )
    const claimed = await claimOne(store, 'bob')
    assert.equal(claimed.inbox, 2)
    assert.equal((await write(store, claimed, 4, [], waiting(claimed.inbox))).status, 'waiting')
    const sent = await store.send({ runId: fork.runId, kind: 'signal', name: 'yes', id: 'm1' })
    assert.deepEqual(sent, { ok: true, seq: 3, duplicate: false })
  },

  'counts the bytes it copied': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    const own = await store.fork({ runId, version: 1 })
    const all = await store.fork({ runId, version: 3 })
    const bytes = async (id: string) => (await store.run(id))?.bytes ?? 0
    assert.equal((await bytes(all.runId)) - (await bytes(own.runId)), '"a"{}"b"{}'.length)
  },

  'a version that is not there, or no run, is an error': async (harness) => {
    const store = await harness.open()
    const { runId } = await ab(store)
    await rejects(store.fork({ runId, version: 4 }), 'VERSION_NOT_FOUND')
    await rejects(store.fork({ runId: NOBODY }), 'RUN_NOT_FOUND')
    await rejects(store.fork({ runId, newRunId: 'mine' }), 'INVALID_ARGUMENT')
  },
})
