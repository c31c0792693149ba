import assert from 'node:assert/strict'
import { casesOf } from './conformance-case.ts'
import {
  claim,
  claimOne,
  finish,
  heldRun,
  NOBODY,
  NOON,
  readyRun,
  rejects,
  step,
  waiting,
  write,
} from './given.ts'

export const inboxCases = casesOf('inbox', {
  'keeps messages in the order of their arrival': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const runId = await readyRun(store)
    await store.send({ runId, kind: 'signal', name: 'yes', payload: { by: 'Bea' }, id: 'm1' })
    await store.send({ runId, kind: 'cancel', name: 'too late', id: 'm2' })
    assert.deepEqual(await store.inbox(runId), [
      { seq: 1, id: 'm1', kind: 'signal', name: 'yes', payload: { by: 'Bea' }, at: NOON },
      { seq: 2, id: 'm2', kind: 'cancel', name: 'too late', payload: null, at: NOON },
    ])
    assert.deepEqual(
      (await store.inbox(runId, 1)).map((item) => item.id),
      ['m2'],
    )
    assert.equal((await store.run(runId))?.inbox, 2)
  },

  'the same id again is accepted and ignored': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const message = { runId: run.runId, kind: 'signal', name: 'yes', id: 'm1' } as const
    assert.deepEqual(await store.send(message), { ok: true, seq: 1, duplicate: false })
    assert.deepEqual(await store.send(message), { ok: true, seq: 1, duplicate: true })
    await finish(store, run, 2)
    assert.deepEqual(await store.send(message), { ok: true, seq: 1, duplicate: true })
    assert.equal((await store.inbox(run.runId)).length, 1)
  },

  'a finished run takes no mail': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await finish(store, run, 2, 'failed')
    const verdict = await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    assert.deepEqual(verdict, { ok: false, reason: 'finished', status: 'failed' })
    assert.deepEqual(await store.inbox(run.runId), [])
  },

  'a message wakes a waiting run': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    await write(store, run, 2, [step('a')], waiting(0, 1_000_000))
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.readyAt], ['queued', NOON])
    const woken = await claimOne(store, 'bob')
    assert.deepEqual([woken.inbox, woken.recovered], [1, false])
  },

  'a message does not take a run from its holder': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    assert.deepEqual(await claim(store, 'bob'), [])
    assert.equal((await write(store, run, 2, [step('a')])).inbox, 1)
  },

  'mail that the holder had not seen makes a wait end at once': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    const verdict = await write(store, run, 2, [step('a')], waiting(0))
    assert.deepEqual([verdict.status, verdict.inbox], ['queued', 1])
    assert.equal((await claimOne(store, 'bob')).inbox, 1)
  },

  'mail that the holder had seen does not': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    assert.equal((await write(store, run, 2, [step('a')], waiting(1))).status, 'waiting')
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a message and a wait issued together lose nothing': async (harness) => {
    const store = await harness.open()
    const runs = await Promise.all(Array.from({ length: 20 }, () => heldRun(store)))
    await Promise.all(
      runs.flatMap((run, index) => {
        const send = () => store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
        const wait = () => write(store, run, 2, [step('a')], waiting(0))
        return index % 2 === 0 ? [send(), wait()] : [wait(), send()]
      }),
    )
    assert.equal((await claim(store, 'bob', 50)).length, 20)
  },

  'mail for a run that is not there is an error': async (harness) => {
    const store = await harness.open()
    await rejects(store.send({ runId: NOBODY, kind: 'signal', name: 'yes' }), 'RUN_NOT_FOUND')
    await rejects(store.inbox(NOBODY), 'RUN_NOT_FOUND')
  },
})
