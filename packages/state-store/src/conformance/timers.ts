import assert from 'node:assert/strict'
import type { NewRun } from '../contract/run.ts'
import type { StateStore } from '../contract/store.ts'
import type { TimerFilter } from '../contract/timers.ts'
import { casesOf } from './conformance-case.ts'
import { finish, heldRun, NOON, readyRun, rejects, waiting, write } from './given.ts'

const ids = async (store: StateStore, filter?: TimerFilter): Promise<readonly string[]> =>
  (await store.timers(filter)).items.map((timer) => timer.run.runId)

/** A run that waits for a time. */
async function sleeper(store: StateStore, readyInMs: number, run: Partial<NewRun> = {}): Promise<string> {
  const held = await heldRun(store, 'anna', run)
  await write(store, held, 2, [], waiting(0, readyInMs))
  return held.runId
}

export const timerCases = casesOf('timers', {
  'the next one comes first, whatever its workflow': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const third = await sleeper(store, 300)
    const first = await sleeper(store, 100, { type: 'parcel' })
    const fourth = await sleeper(store, 400, { definitionVersion: '2' })
    const second = await readyRun(store, { type: 'card', readyInMs: 200 })
    assert.deepEqual(await ids(store), [first, second, third, fourth])
    const [timer] = (await store.timers()).items
    assert.deepEqual([timer?.wakeAt, timer?.run.status, timer?.run.type], [NOON + 100, 'waiting', 'parcel'])
    assert.deepEqual(timer?.run, await store.run(first))
  },

  'what is ready, held, over, or waits for a message alone is not among them': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await readyRun(store)
    const held = await heldRun(store)
    const patient = await heldRun(store)
    await write(store, patient, 2, [], waiting())
    await finish(store, await heldRun(store), 2)
    const asleep = await sleeper(store, 100)
    assert.deepEqual(await ids(store), [asleep])
    await store.setTestClock(NOON + 100)
    assert.deepEqual(await ids(store), [])
    await write(store, held, 2, [], waiting(0, 1))
    assert.deepEqual(await ids(store), [held.runId])
  },

  'a message ends the wait': async (harness) => {
    const store = await harness.open()
    const runId = await sleeper(store, 60_000)
    assert.deepEqual(await ids(store), [runId])
    await store.send({ runId, kind: 'signal', name: 'yes' })
    assert.deepEqual(await ids(store), [])
  },

  'can be filtered by workflow and time': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const letters = [await sleeper(store, 100), await sleeper(store, 300, { definitionVersion: '2' })]
    await sleeper(store, 200, { type: 'lette' })
    await sleeper(store, 200, { type: 'letters' })
    assert.deepEqual(await ids(store, { type: 'letter' }), letters)
    assert.deepEqual(await ids(store, { type: 'letter', until: NOON + 300 }), letters.slice(0, 1))
    assert.deepEqual(await ids(store, { until: NOON + 100 }), [])
    assert.deepEqual(await ids(store, { type: 'nothing' }), [])
  },

  'come in pages that leave nothing out, also at one time': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const made: string[] = []
    for (const [index, ms] of [100, 200, 200, 200, 200, 200, 300].entries()) {
      made.push(await sleeper(store, ms, { type: `type ${index % 2}` }))
    }
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const more: TimerFilter = cursor === null ? {} : { cursor }
      const page: Awaited<ReturnType<StateStore['timers']>> = await store.timers({ limit: 2, ...more })
      seen.push(...page.items.map((timer) => timer.run.runId))
      cursor = page.next
    } while (cursor !== null)
    assert.deepEqual(seen, made)
  },

  'filters that make no sense are refused': async (harness) => {
    const store = await harness.open()
    for (const cursor of ['run:1', 'timer:', 'timer:1', 'timer:1.-1']) {
      await rejects(store.timers({ cursor }), 'INVALID_ARGUMENT')
    }
    await rejects(store.timers({ limit: 0 }), 'INVALID_ARGUMENT')
    await rejects(store.timers({ until: Number.NaN }), 'INVALID_ARGUMENT')
  },
})
