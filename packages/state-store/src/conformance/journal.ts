import assert from 'node:assert/strict'
import { applyPatch } from 'rfc6902'
import type { StateStore } from '../contract/store.ts'
import type { RunState } from '../journal/fold.ts'
import { casesOf } from './conformance-case.ts'
import { finish, type HeldRun, heldRun, NOBODY, NOON, rejects, step, write } from './given.ts'

/** Versions 1 to 6, one a second from NOON on. */
async function history(store: StateStore): Promise<HeldRun> {
  await store.setTestClock(NOON)
  const run = await heldRun(store)
  const entries = [
    step('a', { list: [1, 2, 3] }),
    { kind: 'shared_set', payload: { topic: 'tea', left: 2 } },
    { kind: 'step_failed', step: 'b', payload: 'oh' },
    step('b', [{ deep: { er: null } }]),
  ] as const
  for (const [index, entry] of entries.entries()) {
    await store.setTestClock(NOON + (index + 1) * 1_000)
    await write(store, run, index + 2, [entry])
  }
  await store.setTestClock(NOON + 5_000)
  await finish(store, run, 6)
  return run
}

const versions = async (store: StateStore, run: HeldRun, filter: Parameters<StateStore['entries']>[1]) =>
  (await store.entries(run.runId, filter)).items.map((entry) => entry.version)

export const journalCases = casesOf('journal', {
  'the state at a version is the fold up to there': async (harness) => {
    const store = await harness.open()
    const { runId } = await history(store)
    assert.deepEqual(await store.stateAt({ runId, version: 3 }), {
      input: { to: 'Bea' },
      status: 'running',
      results: { a: { list: [1, 2, 3] } },
      shared: { topic: 'tea', left: 2 },
      current: 'a',
      output: null,
      error: null,
    })
    const end = await store.stateAt({ runId })
    assert.deepEqual([end.status, end.current, end.output], ['completed', 'b', 'completed'])
    assert.deepEqual(Object.keys(end.results), ['a', 'b'])
  },

  'a version that is not there is an error': async (harness) => {
    const store = await harness.open()
    const { runId } = await history(store)
    const error = await rejects(store.stateAt({ runId, version: 7 }), 'VERSION_NOT_FOUND')
    assert.match(error.message, /1 to 6/)
    await rejects(store.diff({ runId, version: 1 }, { runId, version: 9 }), 'VERSION_NOT_FOUND')
    await rejects(store.stateAt({ runId, version: 0 }), 'INVALID_ARGUMENT')
  },

  'a patch turns one state into the other, in both directions': async (harness) => {
    const store = await harness.open()
    const { runId } = await history(store)
    for (const [from, to] of [
      [1, 6],
      [6, 1],
      [2, 4],
      [5, 3],
      [4, 4],
    ] as const) {
      const state = structuredClone(await store.stateAt({ runId, version: from })) as RunState
      const patch = await store.diff({ runId, version: from }, { runId, version: to })
      const errors = applyPatch(state, [...patch]).filter((error) => error !== null)
      assert.deepEqual(errors, [])
      assert.deepEqual(state, await store.stateAt({ runId, version: to }))
    }
    assert.deepEqual(await store.diff({ runId, version: 4 }, { runId, version: 4 }), [])
  },

  'two runs can be compared': async (harness) => {
    const store = await harness.open()
    const one = await heldRun(store, 'anna', { input: 1 })
    const two = await heldRun(store, 'anna', { input: 2 })
    const patch = await store.diff({ runId: one.runId }, { runId: two.runId })
    assert.deepEqual(patch, [{ op: 'replace', path: '/input', value: 2 }])
  },

  'history can be filtered by version, time and kind': async (harness) => {
    const store = await harness.open()
    const run = await history(store)
    assert.deepEqual(await versions(store, run, { from: 2, to: 4 }), [2, 3, 4])
    assert.deepEqual(await versions(store, run, { since: NOON + 2_000, until: NOON + 4_000 }), [3, 4])
    assert.deepEqual(await versions(store, run, { kinds: ['step_failed', 'completed'] }), [4, 6])
    assert.deepEqual(await versions(store, run, { kinds: [] }), [])
    assert.deepEqual(await versions(store, run, { from: 7 }), [])
  },

  'history comes in pages that leave nothing out': async (harness) => {
    const store = await harness.open()
    const run = await history(store)
    const seen: number[] = []
    let cursor: string | null = null
    do {
      const more: { cursor?: string } = cursor === null ? {} : { cursor }
      const page: Awaited<ReturnType<StateStore['entries']>> = await store.entries(run.runId, {
        limit: 4,
        ...more,
      })
      seen.push(...page.items.map((entry) => entry.version))
      cursor = page.next
    } while (cursor !== null)
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6])
  },

  'pages keep their filter': async (harness) => {
    const store = await harness.open()
    const run = await history(store)
    const first = await store.entries(run.runId, { limit: 1, kinds: ['step_completed'] })
    const filter = { limit: 1, kinds: ['step_completed'] as const, cursor: first.next ?? '' }
    const second = await store.entries(run.runId, filter)
    assert.deepEqual(
      [...first.items, ...second.items].map((entry) => entry.version),
      [2, 5],
    )
  },

  'a cursor of another list and a limit out of bounds are refused': async (harness) => {
    const store = await harness.open()
    const { runId } = await history(store)
    for (const cursor of ['run:1', 'nonsense', '', 'entry:']) {
      await rejects(store.entries(runId, { cursor }), 'INVALID_ARGUMENT')
    }
    await rejects(store.entries(runId, { limit: 0 }), 'INVALID_ARGUMENT')
    await rejects(store.entries(runId, { limit: 10_001 }), 'INVALID_ARGUMENT')
  },

  'the journal is whole, however many pages it has': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const entries = Array.from({ length: 10_500 }, (_, index) => step(`s${index}`, index))
    await write(store, run, 2, entries)
    const journal = await store.journal({ runId: run.runId })
    assert.equal(journal.length, 10_501)
    assert.ok(journal.every((entry, index) => entry.version === index + 1))
    assert.equal((await store.journal({ runId: run.runId, version: 10_001 })).length, 10_001)
  },

  'a run that is not there is an error': async (harness) => {
    const store = await harness.open()
    await rejects(store.entries(NOBODY), 'RUN_NOT_FOUND')
    await rejects(store.journal({ runId: NOBODY }), 'RUN_NOT_FOUND')
    await rejects(store.stateAt({ runId: NOBODY, version: 1 }), 'RUN_NOT_FOUND')
    assert.equal(await store.run(NOBODY), undefined)
  },
})
