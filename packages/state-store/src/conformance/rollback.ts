import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import { lineage } from '../journal/fold.ts'
import { casesOf } from './conformance-case.ts'
import {
  claim,
  claimOne,
  commitOf,
  finish,
  type HeldRun,
  heldRun,
  NOBODY,
  NOON,
  refused,
  rejects,
  step,
  versionsOf,
  waiting,
  write,
} from './given.ts'

/** started, a, b, c: versions 1 to 4. */
async function abc(store: StateStore): Promise<HeldRun> {
  const run = await heldRun(store)
  for (const [index, name] of ['a', 'b', 'c'].entries()) await write(store, run, index + 2, [step(name)])
  return run
}

const linedUp = async (store: StateStore, runId: string) =>
  lineage(await store.journal({ runId })).map((entry) => entry.version)

export const rollbackCases = casesOf('rollback', {
  'from then on the state is that of the version': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    const before = await store.stateAt({ runId, version: 2 })
    await store.rollback({ runId, version: 2, reason: 'wrong letter' })
    assert.deepEqual(await store.stateAt({ runId }), { ...before, status: 'waiting' })
  },

  'raises epoch and fence and takes one version': async (harness) => {
    const store = await harness.open()
    const run = await abc(store)
    const result = await store.rollback({ runId: run.runId, version: 2 })
    assert.deepEqual(result, { version: 5, epoch: 1, fence: run.fence + 1 })
    const row = await store.run(run.runId)
    assert.deepEqual(
      [row?.version, row?.epoch, row?.fence, row?.status, row?.worker, row?.readyAt],
      [5, 1, run.fence + 1, 'waiting', null, null],
    )
  },

  'nothing is deleted, and the entry tells from where to where': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    await store.rollback({ runId, version: 2, reason: 'wrong letter' })
    assert.deepEqual(await versionsOf(store, runId), [1, 2, 3, 4, 5])
    const last = (await store.entries(runId)).items.at(-1)!
    assert.deepEqual([last.kind, last.epoch], ['rolled_back', 1])
    assert.deepEqual(last.meta, { toVersion: 2, fromStep: 'c', reason: 'wrong letter' })
    assert.deepEqual(await store.stateAt({ runId, version: 4 }).then((state) => Object.keys(state.results)), [
      'a',
      'b',
      'c',
    ])
  },

  'the holder is stopped, and nobody can claim the run': async (harness) => {
    const store = await harness.open()
    const run = await abc(store)
    const { fence } = await store.rollback({ runId: run.runId, version: 2 })
    refused(await store.commit(commitOf(run, 5, [step('d')])), 'stale_fence')
    refused(await store.commit(commitOf({ ...run, fence }, 6, [step('d')])), 'stale_fence')
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a signal is kept but does not wake it; a request to cancel does': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    await store.rollback({ runId, version: 2 })
    await store.send({ runId, kind: 'signal', name: 'yes' })
    assert.equal((await store.run(runId))?.status, 'waiting')
    assert.deepEqual(await claim(store, 'bob'), [])
    await store.send({ runId, kind: 'cancel', name: 'no longer wanted' })
    assert.equal((await claimOne(store, 'bob')).inbox, 2)
  },

  'a step that is off the line may be recorded again': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    await store.rollback({ runId, version: 2 })
    await store.resume({ runId })
    const run = await claimOne(store, 'bob')
    assert.deepEqual([run.epoch, run.version], [1, 6])
    await write(store, run, 7, [step('b', 'again')])
    refused(await store.commit(commitOf(run, 8, [step('b', 'twice')])), 'duplicate_step')
    const state = await store.stateAt({ runId })
    assert.deepEqual(state.results, { a: 'a', b: 'again' })
    assert.deepEqual(await linedUp(store, runId), [1, 2, 5, 6, 7])
  },

  'may go back again, also to what an earlier one had left': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    await store.rollback({ runId, version: 2 })
    assert.equal((await store.rollback({ runId, version: 4 })).epoch, 2)
    assert.deepEqual(await linedUp(store, runId), [1, 2, 3, 4, 6])
    await store.rollback({ runId, version: 5 })
    assert.deepEqual(await linedUp(store, runId), [1, 2, 5, 7])
  },

  'signals consumed after the version are found to be unread': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const { runId } = run
    for (const id of ['m1', 'm2']) await store.send({ runId, kind: 'signal', name: 'yes', id })
    await write(store, run, 2, [{ kind: 'signal_received', step: 'first', meta: { inbox: 1 } }])
    await write(store, run, 3, [{ kind: 'signal_received', step: 'second', meta: { inbox: 2 } }])
    await store.rollback({ runId, version: 2 })
    const consumed = new Set(lineage(await store.journal({ runId })).map((entry) => entry.meta.inbox))
    const unread = (await store.inbox(runId)).filter((item) => !consumed.has(item.seq))
    assert.deepEqual(
      unread.map((item) => item.id),
      ['m2'],
    )
  },

  'a finished run may be rolled back and then goes on': async (harness) => {
    const store = await harness.open()
    const run = await abc(store)
    await finish(store, run, 5)
    await store.rollback({ runId: run.runId, version: 3 })
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.finishedAt], ['waiting', null])
    await store.resume({ runId: run.runId })
    await finish(store, await claimOne(store, 'bob'), 8)
  },

  'a version that is not there, or no run, is an error': async (harness) => {
    const store = await harness.open()
    const { runId } = await abc(store)
    await rejects(store.rollback({ runId, version: 5 }), 'VERSION_NOT_FOUND')
    await rejects(store.rollback({ runId, version: 0 }), 'INVALID_ARGUMENT')
    await rejects(store.rollback({ runId: NOBODY, version: 1 }), 'RUN_NOT_FOUND')
    assert.equal((await store.run(runId))?.epoch, 0)
  },

  'is refused while its key belongs to another open run': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { key: 'k' })
    await finish(store, run, 2)
    await store.open({ type: 'letter', input: 1, key: 'k', onKey: 'new-if-finished' })
    await rejects(store.rollback({ runId: run.runId, version: 1 }), 'KEY_IN_USE')
  },
})

export const resumeCases = casesOf('resume', {
  'a failed run becomes ready, from its last version': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await abc(store)
    await finish(store, run, 5, 'failed')
    assert.deepEqual(await store.resume({ runId: run.runId, reason: 'fixed' }), { version: 6 })
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.finishedAt, row?.readyAt, row?.claims], ['queued', null, NOON, 0])
    const last = (await store.entries(run.runId)).items.at(-1)!
    assert.deepEqual([last.kind, last.meta], ['resumed', { toVersion: 5, fromStep: 'c', reason: 'fixed' }])
    const state = await store.stateAt({ runId: run.runId })
    assert.deepEqual(
      [state.status, state.error, Object.keys(state.results)],
      ['running', null, ['a', 'b', 'c']],
    )
    assert.equal((await claimOne(store, 'bob')).recovered, false)
  },

  'a cancelled run and a waiting one become ready': async (harness) => {
    const store = await harness.open()
    const cancelled = await heldRun(store)
    await write(store, cancelled, 2, [{ kind: 'cancelled' }], { status: 'cancelled' })
    await store.resume({ runId: cancelled.runId })
    const patient = await heldRun(store)
    await write(store, patient, 2, [step('a')], waiting())
    await store.resume({ runId: patient.runId })
    assert.equal((await claim(store, 'bob')).length, 2)
  },

  'takes the fence from the holder of before': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await write(store, run, 2, [step('a')], waiting())
    await store.resume({ runId: run.runId })
    refused(await store.commit(commitOf(run, 4, [step('b')])), 'stale_fence')
  },

  'a queued, a running and a completed run are refused': async (harness) => {
    const store = await harness.open()
    const { runId } = await store.open({ type: 'letter', input: 1 })
    await rejects(store.resume({ runId }), 'RUN_NOT_RESUMABLE')
    const run = await claimOne(store, 'anna')
    await rejects(store.resume({ runId }), 'RUN_NOT_RESUMABLE')
    await finish(store, run, 2)
    const error = await rejects(store.resume({ runId }), 'RUN_NOT_RESUMABLE')
    assert.match(error.message, /completed/)
    assert.deepEqual(await versionsOf(store, runId), [1, 2])
  },

  'asked twice, the second is refused': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await finish(store, run, 2, 'failed')
    const asked = await Promise.allSettled([1, 2].map(() => store.resume({ runId: run.runId })))
    assert.deepEqual(asked.map((result) => result.status).sort(), ['fulfilled', 'rejected'])
    assert.deepEqual(await versionsOf(store, run.runId), [1, 2, 3])
  },

  'a run that is not there is an error': async (harness) => {
    const store = await harness.open()
    await rejects(store.resume({ runId: NOBODY }), 'RUN_NOT_FOUND')
  },

  'is refused while its key belongs to another open run': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { key: 'k' })
    await finish(store, run, 2, 'failed')
    await store.open({ type: 'letter', input: 1, key: 'k', onKey: 'new-if-finished' })
    await rejects(store.resume({ runId: run.runId }), 'KEY_IN_USE')
  },
})
