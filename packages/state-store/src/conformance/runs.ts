import assert from 'node:assert/strict'
import type { RunFilter } from '../contract/run.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf } from './conformance-case.ts'
import { finish, heldRun, NOON, readyRun, rejects, step, waiting, write } from './given.ts'

const ids = async (store: StateStore, filter?: RunFilter) =>
  (await store.runs(filter)).items.map((run) => run.runId)

/** A UUID that sorts after the one of a smaller number. */
const uuid = (number: number) => `0197a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

export const runsCases = casesOf('runs', {
  'the newest comes first by default': async (harness) => {
    const store = await harness.open()
    const made = [await readyRun(store), await readyRun(store), await readyRun(store)]
    assert.deepEqual(await ids(store), made.toReversed())
    assert.deepEqual(await ids(store, { order: 'oldest' }), made)
    assert.equal((await store.runs()).next, null)
  },

  'a run tells all about itself': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const { runId } = await heldRun(store, 'anna', { key: 'k', input: 1 })
    await store.setTestClock(NOON + 5)
    await write(store, { runId, fence: 1, worker: 'anna' }, 2, [step('a', 1)])
    const expected = {
      runId,
      key: 'k',
      type: 'letter',
      definitionVersion: '1',
      format: 1,
      status: 'running',
      epoch: 0,
      version: 2,
      fence: 1,
      worker: 'anna',
      claims: 0,
      readyAt: null,
      inbox: 0,
      bytes: 6,
      parent: null,
      createdAt: NOON,
      updatedAt: NOON + 5,
      finishedAt: null,
      compactedAt: null,
      waitsFor: null,
    }
    assert.deepEqual(await store.run(runId), expected)
    assert.deepEqual((await store.runs()).items, [expected])
  },

  'can be filtered by status': async (harness) => {
    const store = await harness.open()
    const queued = await readyRun(store)
    const running = await heldRun(store)
    const done = await heldRun(store)
    await finish(store, done, 2)
    const patient = await heldRun(store)
    await write(store, patient, 2, [], waiting())
    assert.deepEqual(await ids(store, { status: 'queued' }), [queued])
    assert.deepEqual(await ids(store, { status: ['waiting', 'running'] }), [patient.runId, running.runId])
    assert.deepEqual(await ids(store, { status: [] }), [])
    assert.deepEqual(await ids(store, { status: 'cancelled' }), [])
  },

  'can be filtered by type, key and time, all at once': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await readyRun(store, { type: 'parcel', key: 'p' })
    await store.setTestClock(NOON + 10)
    const letter = await readyRun(store, { key: 'k' })
    const parcel = await readyRun(store, { type: 'parcel' })
    assert.deepEqual(await ids(store, { type: 'letter' }), [letter])
    assert.deepEqual(await ids(store, { key: 'k' }), [letter])
    assert.deepEqual(await ids(store, { since: NOON + 10 }), [parcel, letter])
    assert.deepEqual((await ids(store, { until: NOON + 10 })).length, 1)
    assert.deepEqual(await ids(store, { type: 'parcel', since: NOON + 10, status: 'queued' }), [parcel])
  },

  'come in pages that leave nothing out': async (harness) => {
    const store = await harness.open()
    const made: string[] = []
    for (let count = 0; count < 7; count++) made.unshift(await readyRun(store))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const more: RunFilter = cursor === null ? {} : { cursor }
      const page: Awaited<ReturnType<StateStore['runs']>> = await store.runs({ limit: 3, ...more })
      seen.push(...page.items.map((run) => run.runId))
      cursor = page.next
    } while (cursor !== null)
    assert.deepEqual(seen, made)
  },

  'a new run does not shift the pages of the newest': async (harness) => {
    const store = await harness.open()
    const made = [await readyRun(store), await readyRun(store), await readyRun(store)]
    const first = await store.runs({ limit: 2 })
    await readyRun(store)
    assert.deepEqual(await ids(store, { limit: 2, cursor: first.next ?? '' }), [made[0]])
  },

  'a reader that follows skips no run, whatever its id': async (harness) => {
    const store = await harness.open()
    const seen: string[] = []
    let cursor: string | null = null
    const follow = async () => {
      const more: RunFilter = cursor === null ? {} : { cursor }
      const page = await store.runs({ order: 'oldest', limit: 2, ...more })
      seen.push(...page.items.map((run) => run.runId))
      cursor = page.next
      assert.notEqual(cursor, null, 'a reader that follows can always go on')
      return page.items.length
    }
    // Ids in reverse order: who pages by id takes the second run for one it has seen.
    for (const number of [9, 7, 8, 3, 5, 1]) {
      await readyRun(store, { runId: uuid(number) })
      await follow()
    }
    assert.equal(await follow(), 0)
    assert.deepEqual(seen, [9, 7, 8, 3, 5, 1].map(uuid))
  },

  'a reader that follows from the beginning may find nothing': async (harness) => {
    const store = await harness.open()
    const { items, next } = await store.runs({ order: 'oldest' })
    assert.deepEqual(items, [])
    const first = await readyRun(store)
    assert.deepEqual(await ids(store, { order: 'oldest', cursor: next ?? '' }), [first])
  },

  'filters that make no sense are refused': async (harness) => {
    const store = await harness.open()
    await rejects(store.runs({ limit: 1_001 }), 'INVALID_ARGUMENT')
    await rejects(store.runs({ cursor: 'entry:1' }), 'INVALID_ARGUMENT')
    await rejects(store.runs({ status: 'lost' as 'failed' }), 'INVALID_ARGUMENT')
    await rejects(store.runs({ order: 'random' as 'oldest' }), 'INVALID_ARGUMENT')
    await rejects(store.runs({ since: Number.NaN }), 'INVALID_ARGUMENT')
  },
})
