import assert from 'node:assert/strict'
import { MAX_CLAIMS_WITHOUT_PROGRESS } from '../contract/claim.ts'
import type { Next } from '../contract/commit.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf } from './conformance-case.ts'
import { claim, claimOne, heldRun, NOON, readyRun, rejects, waiting, write } from './given.ts'

const parkedFor = (waitsFor: string, readyInMs = 60_000, inboxSeen = 0): Next => ({
  status: 'waiting',
  inboxSeen,
  readyInMs,
  waitsFor,
})

/** A run that waits for something. */
async function parkedRun(store: StateStore, waitsFor: string, readyInMs?: number): Promise<string> {
  const run = await heldRun(store)
  await write(store, run, 2, [], parkedFor(waitsFor, readyInMs))
  return run.runId
}

const waitsFor = async (store: StateStore, runId: string): Promise<string | null | undefined> =>
  (await store.run(runId))?.waitsFor

export const parkedCases = casesOf('parked', {
  'runs are counted by what they wait for': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    assert.deepEqual(await store.parked(), [])
    const first = await parkedRun(store, 'stripe', 300)
    await parkedRun(store, 'stripe', 200)
    await parkedRun(store, 'Stripe é')
    const held = await heldRun(store)
    await write(store, held, 2, [], waiting())
    assert.equal(await waitsFor(store, held.runId), null)
    assert.deepEqual(await store.run(first).then((run) => [run?.status, run?.waitsFor]), [
      'waiting',
      'stripe',
    ])
    assert.deepEqual(await store.parked(), [
      { waitsFor: 'Stripe é', runs: 1, nextAt: NOON + 60_000 },
      { waitsFor: 'stripe', runs: 2, nextAt: NOON + 200 },
    ])
  },

  'unpark makes the oldest of them ready, and only them': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const [first, second, third] = [
      await parkedRun(store, 'stripe'),
      await parkedRun(store, 'stripe', 10_000),
      await parkedRun(store, 'stripe'),
    ]
    const other = await parkedRun(store, 'other')
    assert.deepEqual(await store.unpark({ waitsFor: 'stripe', limit: 2 }), { unparked: 2 })
    assert.deepEqual(
      (await claim(store, 'bob')).map(({ runId }) => runId),
      [first, second],
    )
    assert.deepEqual(await store.unpark({ waitsFor: 'stripe' }), { unparked: 1 })
    assert.deepEqual(await store.unpark({ waitsFor: 'stripe' }), { unparked: 0 })
    assert.equal((await claimOne(store, 'bob')).runId, third)
    assert.equal(await waitsFor(store, other), 'other')
    assert.deepEqual(await store.parked(), [{ waitsFor: 'other', runs: 1, nextAt: NOON + 60_000 }])
  },

  'a run waits for nothing any more once it goes on': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const claimed = await parkedRun(store, 'stripe', 100)
    await store.setTestClock(NOON + 100)
    const held = await claimOne(store, 'bob')
    assert.equal(held.runId, claimed)
    assert.deepEqual(await store.parked(), [])
    await write(store, held, 2, [{ kind: 'completed' }], { status: 'completed' })

    const written = await parkedRun(store, 'stripe')
    await store.send({ runId: written, kind: 'signal', name: 'yes' })
    const resumed = await parkedRun(store, 'stripe')
    await store.resume({ runId: resumed })
    const back = await parkedRun(store, 'stripe')
    await store.rollback({ runId: back, version: 1 })
    for (const runId of [claimed, written, resumed, back]) assert.equal(await waitsFor(store, runId), null)
    assert.deepEqual(await store.parked(), [])
    assert.deepEqual(await store.unpark({ waitsFor: 'stripe' }), { unparked: 0 })
    assert.equal((await store.run(back))?.status, 'waiting')
  },

  'mail that came before keeps a run from waiting for anything': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await store.send({ runId: run.runId, kind: 'signal', name: 'yes' })
    const verdict = await write(store, run, 2, [], parkedFor('stripe'))
    assert.equal(verdict.status, 'queued')
    assert.equal(await waitsFor(store, run.runId), null)
  },

  'a run that is parked again and again is no crash loop': async (harness) => {
    const store = await harness.open()
    const runId = await readyRun(store)
    for (let count = 1; count <= 4 * MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      const run = await claimOne(store, 'anna')
      assert.equal(run.claims, 1)
      await write(store, run, 2, [], parkedFor('stripe'))
      await store.unpark({ waitsFor: 'stripe' })
    }
    assert.deepEqual(await store.run(runId).then((run) => [run?.status, run?.version]), ['queued', 1])
  },

  'namespaces do not see what others wait for': async (harness) => {
    const store = await harness.open()
    const other = await harness.open({ namespace: 'other' })
    const runId = await parkedRun(store, 'stripe')
    assert.deepEqual(await other.parked(), [])
    assert.deepEqual(await other.unpark({ waitsFor: 'stripe' }), { unparked: 0 })
    assert.equal(await waitsFor(store, runId), 'stripe')
  },

  'a name that is none, and a limit of nothing, are refused': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await rejects(store.commit({ ...run, version: 2, entries: [], next: parkedFor('') }), 'INVALID_ARGUMENT')
    await rejects(store.unpark({ waitsFor: '' }), 'INVALID_ARGUMENT')
    await rejects(store.unpark({ waitsFor: 'stripe', limit: 0 }), 'INVALID_ARGUMENT')
  },
})
