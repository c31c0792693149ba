import assert from 'node:assert/strict'
import { casesOf } from './conformance-case.ts'
import { heldRun, NOON, rejects, step, write } from './given.ts'

export const clockCases = casesOf('clock', {
  'stands still while it is frozen, and times are its own': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    assert.equal(await store.now(), NOON)
    const run = await heldRun(store)
    await store.setTestClock(NOON + 60_000)
    assert.equal((await write(store, run, 2, [step('a')])).at, NOON + 60_000)
    const row = await store.run(run.runId)
    assert.deepEqual([row?.createdAt, row?.updatedAt], [NOON, NOON + 60_000])
    const { items } = await store.entries(run.runId)
    assert.deepEqual(
      items.map((entry) => entry.at),
      [NOON, NOON + 60_000],
    )
  },

  'runs again when it is let go': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await store.setTestClock(null)
    const now = await store.now()
    assert.ok(Number.isSafeInteger(now) && Math.abs(now - Date.now()) < 60_000, `${now} is about now`)
  },

  'takes whole milliseconds only': async (harness) => {
    const store = await harness.open()
    for (const now of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      await rejects(store.setTestClock(now), 'INVALID_ARGUMENT')
    }
  },

  'durations that are none are refused, and fractions count as whole': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const open = (readyInMs: number) => store.open({ type: 'letter', input: 1, readyInMs })
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      await rejects(open(wrong), 'INVALID_ARGUMENT')
    }
    const { runId } = await open(0.5)
    assert.equal((await store.run(runId))?.readyAt, NOON + 1)
  },
})
