import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import {
  accepted,
  claim,
  claimOne,
  commitOf,
  heldRun,
  LEASE,
  LETTER,
  NOBODY,
  NOON,
  readyRun,
  refused,
  rejects,
  step,
  stepsOf,
  write,
} from './given.ts'

const everyCall = (store: StateStore): readonly Promise<unknown>[] => [
  store.open({ type: 'letter', input: 1 }),
  store.heartbeat({ worker: 'anna', leaseMs: 1 }),
  store.claim({ worker: 'anna', leaseMs: 1, limit: 1, definitions: [LETTER] }),
  store.release('anna'),
  store.commit({ runId: NOBODY, worker: 'anna', fence: 1, version: 2, entries: [] }),
  store.send({ runId: NOBODY, kind: 'signal', name: 'yes' }),
  store.inbox(NOBODY),
  store.rollback({ runId: NOBODY, version: 1 }),
  store.resume({ runId: NOBODY }),
  store.fork({ runId: NOBODY }),
  store.run(NOBODY),
  store.runs(),
  store.entries(NOBODY),
  store.journal({ runId: NOBODY }),
  store.stateAt({ runId: NOBODY }),
  store.diff({ runId: NOBODY }, { runId: NOBODY }),
  store.unsent({ idleMs: 0 }),
  store.timers(),
  store.metrics(),
  store.prune({ olderThan: 0 }),
  store.compact(NOBODY),
  store.sizes(),
  store.cells.read('k'),
  store.cells.write({ key: 'k', value: 1, expected: null }),
  store.cells.remove({ key: 'k', expected: 1 }),
  store.agents.register({ name: 'writer' }),
  store.agents.read('writer'),
  store.agents.list(),
  store.agents.setEnabled({ name: 'writer', enabled: true }),
  store.agents.remove('writer'),
  store.schedules.put({ id: 's', spec: 1, run: { type: 'letter' }, first: { inMs: 0 } }),
  store.schedules.read('s'),
  store.schedules.list(),
  store.schedules.due(),
  store.schedules.fire({ id: 's', from: 0, to: 1 }),
  store.schedules.advance({ id: 's', from: 0, to: 1 }),
  store.schedules.pause('s'),
  store.schedules.unpause('s'),
  store.schedules.remove('s'),
  store.now(),
  store.setTestClock(null),
]

export const closeCases = casesOf('close', {
  'every call after it is refused': async (harness) => {
    const store = await harness.open()
    await store.close()
    await Promise.all(everyCall(store).map((call) => rejects(call, 'STORE_CLOSED')))
    store.confirm({ runId: NOBODY, version: 1 })
    store.watch(() => {})()
  },

  'a second one waits for the first': async (harness) => {
    const store = await harness.open()
    await Promise.all([store.close(), store.close()])
    await store.close()
  },

  'what was issued before is written': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const commits = [2, 3, 4].map((version) => store.commit(commitOf(run, version, [step(`s${version}`)])))
    const closed = store.close()
    for (const verdict of await Promise.all(commits)) accepted(verdict)
    await closed
  },

  'await using closes the store': async (harness) => {
    const store = await harness.open()
    await store[Symbol.asyncDispose]()
    await rejects(store.now(), 'STORE_CLOSED')
  },
})

export const reopenCases = reopeningCasesOf('reopen', {
  'everything that was acknowledged is there': async (harness) => {
    const first = await harness.open()
    await first.setTestClock(NOON)
    const run = await heldRun(first, 'anna', { key: 'k', input: { a: 1 } })
    await write(first, run, 2, [{ ...step('a', ['é', null]), hash: 'h', meta: { agent: 'x' } }])
    await first.send({ runId: run.runId, kind: 'signal', name: 'yes', payload: 1 })
    const seen = async (store: StateStore) => [
      await store.run(run.runId),
      await store.journal({ runId: run.runId }),
      await store.inbox(run.runId),
      await store.unsent({ idleMs: 0 }),
      await store.now(),
    ]
    const before = await seen(first)
    await first.close()
    const second = await harness.open()
    assert.equal((await second.run(run.runId))?.version, 2)
    assert.deepEqual(await seen(second), before)
  },

  'the holder goes on after it': async (harness) => {
    const first = await harness.open()
    const run = await heldRun(first)
    await first.close()
    const second = await harness.open()
    await write(second, run, 2, [step('a')])
    assert.deepEqual(await claim(second, 'bob'), [])
    const { held } = await second.heartbeat({ worker: 'anna', leaseMs: LEASE })
    assert.equal(held.length, 1)
  },

  'writes that were not awaited before the close are there': async (harness) => {
    const first = await harness.open()
    const run = await heldRun(first)
    void first.commit(commitOf(run, 2, [step('a')]))
    first.confirm({ runId: run.runId, version: 1 })
    await first.close()
    const second = await harness.open()
    assert.deepEqual(await stepsOf(second, run.runId), ['a'])
    assert.deepEqual(await second.unsent({ idleMs: 0 }), [])
  },
})

export const handleCases = reopeningCasesOf('handles', {
  'two at once see what the other wrote': async (harness) => {
    const [one, two] = [await harness.open(), await harness.open()]
    const run = await heldRun(one)
    await write(two, run, 2, [step('a')])
    await write(one, run, 3, [step('b')])
    assert.deepEqual(await stepsOf(two, run.runId), ['a', 'b'])
  },

  'two at once claim disjoint runs': async (harness) => {
    const [one, two] = [await harness.open(), await harness.open()]
    for (let count = 0; count < 30; count++) await readyRun(one)
    const taken = await Promise.all(
      [one, two, one, two, one, two].map((store, index) => claim(store, `worker ${index}`, 5)),
    )
    assert.equal(new Set(taken.flat().map((run) => run.runId)).size, 30)
  },

  'the fence holds between them': async (harness) => {
    const [one, two] = [await harness.open(), await harness.open()]
    await one.setTestClock(NOON)
    const anna = await heldRun(one, 'anna')
    await one.setTestClock(NOON + LEASE)
    const bob = await claimOne(two, 'bob')
    const verdicts = await Promise.all([
      one.commit(commitOf(anna, 2, [step('a')])),
      two.commit(commitOf(bob, 2, [step('b')])),
    ])
    refused(verdicts[0]!, 'stale_fence')
    assert.deepEqual(await stepsOf(one, anna.runId), ['b'])
  },

  'a watcher is told of what another handle wrote': async (harness) => {
    const [one, two] = [await harness.open(), await harness.open()]
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new assert.AssertionError({ message: 'the watcher was not told' })),
        5_000,
      )
      const unwatch = one.watch(() => {
        clearTimeout(timer)
        unwatch()
        resolve()
      })
      // A hint may miss a write that comes before the watching has begun: ask first.
      one.now().then(() => readyRun(two), reject)
    })
  },
})
