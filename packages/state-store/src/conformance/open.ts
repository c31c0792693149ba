import assert from 'node:assert/strict'
import { casesOf } from './conformance-case.ts'
import { claim, finish, heldRun, LEASE, NOON, readyRun, rejects } from './given.ts'

const ID = '0197a000-0000-7000-8000-00000000abcd'

export const openCases = casesOf('open', {
  'the first entry is started and holds the input': async (harness) => {
    const store = await harness.open()
    const opened = await store.open({ type: 'letter', input: { to: 'Bea' } })
    assert.deepEqual(
      [opened.created, opened.status, opened.version, opened.epoch, opened.fence],
      [true, 'queued', 1, 0, null],
    )
    const { items } = await store.entries(opened.runId)
    assert.equal(items.length, 1)
    assert.deepEqual([items[0]!.kind, items[0]!.version, items[0]!.payload], ['started', 1, { to: 'Bea' }])
  },

  'ids made by the store are UUIDs of version 7': async (harness) => {
    const store = await harness.open()
    assert.match(
      await readyRun(store),
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  },

  'the same id again is the first run': async (harness) => {
    const store = await harness.open()
    const first = await store.open({ type: 'letter', input: 1, runId: ID })
    const again = await store.open({ type: 'letter', input: 2, runId: ID })
    assert.deepEqual([again.runId, again.created], [first.runId, true])
    assert.equal((await store.stateAt({ runId: ID })).input, 1)
    assert.equal((await store.runs()).items.length, 1)
  },

  'an id is the same run in either case of its letters': async (harness) => {
    const store = await harness.open()
    const opened = await store.open({ type: 'letter', input: 1, runId: ID.toUpperCase() })
    assert.equal(opened.runId, ID)
    assert.equal((await store.run(ID.toUpperCase()))?.runId, ID)
  },

  'an id that is not a UUID is refused': async (harness) => {
    const store = await harness.open()
    await rejects(store.open({ type: 'letter', input: 1, runId: 'my run' }), 'INVALID_ARGUMENT')
  },

  'a key returns the open run by default': async (harness) => {
    const store = await harness.open()
    const first = await store.open({ type: 'letter', input: 1, key: 'k' })
    const again = await store.open({ type: 'letter', input: 2, key: 'k' })
    assert.deepEqual([again.runId, again.created], [first.runId, false])
  },

  'a key returns the finished run by default': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { key: 'k' })
    await finish(store, run, 2)
    const again = await store.open({ type: 'letter', input: 2, key: 'k' })
    assert.deepEqual([again.runId, again.created, again.status], [run.runId, false, 'completed'])
  },

  'onKey error refuses an open run and a finished one': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { key: 'k' })
    const again = { type: 'letter', input: 2, key: 'k', onKey: 'error' } as const
    const error = await rejects(store.open(again), 'KEY_IN_USE')
    assert.match(error.message, new RegExp(run.runId))
    await finish(store, run, 2)
    await rejects(store.open(again), 'KEY_IN_USE')
  },

  'onKey error asked again with its id is the run that it made': async (harness) => {
    const store = await harness.open()
    const request = { type: 'letter', input: 1, key: 'k', onKey: 'error', runId: ID } as const
    await store.open(request)
    assert.equal((await store.open(request)).runId, ID)
  },

  'onKey new-if-finished returns an open run and replaces a finished one': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { key: 'k' })
    const request = { type: 'letter', input: 2, key: 'k', onKey: 'new-if-finished' } as const
    assert.equal((await store.open(request)).runId, run.runId)
    await finish(store, run, 2)
    const next = await store.open(request)
    assert.notEqual(next.runId, run.runId)
    assert.equal(next.created, true)
    assert.equal((await store.open(request)).runId, next.runId)
  },

  'of several runs with a key the open one is found, else the last': async (harness) => {
    const store = await harness.open()
    const request = { key: 'k', onKey: 'new-if-finished' } as const
    await finish(store, await heldRun(store, 'anna', request), 2)
    const second = await heldRun(store, 'anna', request)
    assert.equal((await store.open({ type: 'letter', input: 0, key: 'k' })).runId, second.runId)
    await finish(store, second, 2)
    assert.equal((await store.open({ type: 'letter', input: 0, key: 'k' })).runId, second.runId)
  },

  'a hundred opens with one key at once make one run': async (harness) => {
    const store = await harness.open()
    const asked = Array.from({ length: 100 }, () => store.open({ type: 'letter', input: 1, key: 'k' }))
    const opened = await Promise.all(asked)
    assert.equal(new Set(opened.map((run) => run.runId)).size, 1)
    assert.equal(opened.filter((run) => run.created).length, 1)
  },

  'claimFor gives the run to its worker at once': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna')
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.worker, row?.claims], ['running', 'anna', 1])
    assert.deepEqual(await claim(store, 'bob'), [])
    const { held } = await store.heartbeat({ worker: 'anna', leaseMs: LEASE })
    assert.deepEqual(held, [{ runId: run.runId, fence: run.fence, inbox: 0 }])
  },

  'claimFor on a run that another worker holds gives no fence': async (harness) => {
    const store = await harness.open()
    await heldRun(store, 'anna', { key: 'k' })
    const claimFor = { worker: 'bob', leaseMs: LEASE }
    const again = await store.open({ type: 'letter', input: 1, key: 'k', claimFor })
    assert.deepEqual([again.created, again.fence, again.status], [false, null, 'running'])
  },

  'readyInMs delays the first claim': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await readyRun(store, { readyInMs: 5_000 })
    await store.setTestClock(NOON + 4_999)
    assert.deepEqual(await claim(store, 'anna'), [])
    await store.setTestClock(NOON + 5_000)
    assert.equal((await claim(store, 'anna')).length, 1)
  },
})
