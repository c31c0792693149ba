import assert from 'node:assert/strict'
import { casesOf } from './conformance-case.ts'
import { claim, claimOne, finish, heldRun, LEASE, NOON, readyRun, rejects, waiting, write } from './given.ts'

const NOTHING = { ready: 0, delayed: 0, waiting: 0, running: 0, readySince: null }

export const backlogCases = casesOf('backlog', {
  'counts each run once, by definition and by what may become of it': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    assert.deepEqual(await store.backlog(), { at: NOON, parts: [] })
    await readyRun(store)
    await store.setTestClock(NOON + 10)
    await readyRun(store)
    await readyRun(store, { readyInMs: 1_000 })
    await heldRun(store)
    await write(store, await heldRun(store), 2, [], waiting(0, 500))
    await readyRun(store, { definitionVersion: '1:high', readyInMs: 100 })
    await heldRun(store, 'bob', { type: 'parcel' })
    await heldRun(store, 'bob', { type: 'parcel' })
    const letter = { ...NOTHING, type: 'letter' }
    const first = { ready: 2, delayed: 1, waiting: 1, running: 1, readySince: NOON }
    const parcels = { ...NOTHING, type: 'parcel', definitionVersion: '1', running: 2 }
    assert.deepEqual(await store.backlog(), {
      at: NOON + 10,
      parts: [
        { ...letter, definitionVersion: '1', ...first },
        { ...letter, definitionVersion: '1:high', delayed: 1 },
        parcels,
      ],
    })
    await store.setTestClock(NOON + 2_000)
    const later = await store.backlog()
    assert.deepEqual(
      later.parts.map(({ ready, readySince }) => [ready, readySince]),
      [
        [4, NOON],
        [1, NOON + 110],
        [0, null],
      ],
    )
  },

  'what is over, or waits for a message alone, is not counted': async (harness) => {
    const store = await harness.open()
    const open = await readyRun(store)
    for (const status of ['completed', 'failed'] as const)
      await finish(store, await heldRun(store), 2, status)
    const patient = await heldRun(store)
    await write(store, patient, 2, [], waiting())
    const { parts } = await store.backlog()
    assert.deepEqual(
      parts.map((part) => [part.ready, part.delayed, part.waiting, part.running]),
      [[1, 0, 0, 0]],
    )
    await store.send({ runId: patient.runId, kind: 'signal', name: 'go' })
    assert.equal((await store.backlog()).parts[0]?.ready, 2)
    const taken = await claim(store, 'bob')
    assert.deepEqual(taken.map((run) => run.runId).toSorted(), [open, patient.runId].toSorted())
    for (const run of taken) await finish(store, { ...run, worker: 'bob' }, run.version + 1)
    assert.deepEqual((await store.backlog()).parts, [])
  },

  'of types that begin as asked, wherever they are': async (harness) => {
    const store = await harness.open()
    for (const type of ['task', 'task:', 'task:a', 'task:b', 'task:b.c', 'tasl', 'ta', 'É', 'task:é👍']) {
      await readyRun(store, { type })
      await heldRun(store, 'anna', { type })
    }
    const types = async (typePrefix: string) =>
      (await store.backlog({ typePrefix })).parts.map(({ type, ready, running }) => [type, ready + running])
    assert.deepEqual(await types('task:'), [
      ['task:', 2],
      ['task:a', 2],
      ['task:b', 2],
      ['task:b.c', 2],
      ['task:é👍', 2],
    ])
    assert.deepEqual(await types('task:b'), [
      ['task:b', 2],
      ['task:b.c', 2],
    ])
    assert.deepEqual(await types('%'), [])
    assert.equal((await types('')).length, 9)
  },

  'what a silent worker held counts as held until somebody claims': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    assert.equal((await store.backlog()).parts[0]?.running, 1)
    await claimOne(store, 'bob')
    assert.equal((await store.backlog()).parts[0]?.running, 1)
    await store.release('bob')
    assert.deepEqual(
      [(await store.backlog()).parts[0]?.ready, (await store.backlog()).parts[0]?.running],
      [1, 0],
    )
  },

  'a prefix that is no text is refused': async (harness) => {
    const store = await harness.open()
    await rejects(store.backlog({ typePrefix: 7 as never }), 'INVALID_ARGUMENT')
    await rejects(store.backlog({ typePrefix: '\u0000' }), 'INVALID_ARGUMENT')
  },
})
