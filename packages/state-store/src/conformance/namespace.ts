import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import { reopeningCasesOf, type StoreHarness } from './conformance-case.ts'
import { claim, commitOf, heldRun, LEASE, NOON, readyRun, refused, rejects, step } from './given.ts'

async function tenants(harness: StoreHarness): Promise<readonly [StateStore, StateStore]> {
  return [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
}

export const namespaceCases = reopeningCasesOf('namespace', {
  "another tenant's run is not there": async (harness) => {
    const [one, two] = await tenants(harness)
    const run = await heldRun(one)
    const { runId } = run
    assert.equal(await two.run(runId), undefined)
    assert.deepEqual((await two.runs()).items, [])
    refused(await two.commit(commitOf(run, 2, [step('a')])), 'unknown_run')
    const attempts = [
      two.entries(runId),
      two.journal({ runId }),
      two.stateAt({ runId }),
      two.diff({ runId }, { runId }),
      two.inbox(runId),
      two.send({ runId, kind: 'signal', name: 'yes' }),
      two.rollback({ runId, version: 1 }),
      two.resume({ runId }),
      two.fork({ runId }),
    ]
    await Promise.all(attempts.map((attempt) => rejects(attempt, 'RUN_NOT_FOUND')))
    assert.deepEqual([(await one.run(runId))?.version, (await one.inbox(runId)).length], [1, 0])
  },

  "another tenant's runs are not counted": async (harness) => {
    const [one, two] = await tenants(harness)
    await readyRun(two)
    await heldRun(two)
    assert.deepEqual((await one.backlog()).parts, [])
    assert.deepEqual((await one.backlog({ typePrefix: 'letter' })).parts, [])
    assert.equal((await two.backlog()).parts.length, 1)
  },

  'keys, ids and workers of tenants do not meet': async (harness) => {
    const [one, two] = await tenants(harness)
    const runId = '0197a000-0000-7000-8000-000000000001'
    const request = { type: 'letter', input: 1, key: 'k', runId, onKey: 'error' } as const
    const claimFor = { worker: 'anna', leaseMs: LEASE }
    await one.open({ ...request, claimFor })
    assert.equal((await two.open({ ...request, input: 2, claimFor })).created, true)
    assert.equal((await two.stateAt({ runId })).input, 2)
    assert.equal((await one.stateAt({ runId })).input, 1)
    assert.deepEqual(await two.release('anna'), { released: 1 })
    assert.equal((await one.run(runId))?.worker, 'anna')
  },

  "a worker claims its own tenant's runs alone": async (harness) => {
    const [one, two] = await tenants(harness)
    await one.setTestClock(NOON)
    await readyRun(one)
    await heldRun(one, 'anna')
    await one.setTestClock(NOON + 2 * LEASE)
    assert.deepEqual(await claim(two, 'bob'), [])
    assert.equal((await claim(one, 'bob')).length, 2)
  },

  'the outbox of one tenant is not that of another': async (harness) => {
    const [one, two] = await tenants(harness)
    const { runId } = await heldRun(one)
    assert.deepEqual(await two.unsent({ idleMs: 0 }), [])
    two.confirm({ runId, version: 1 })
    await readyRun(two)
    assert.equal((await one.unsent({ idleMs: 0 })).length, 1)
  },

  'names are compared as they are': async (harness) => {
    const strange = ["o'neill", '%', 'One', 'one ', 'öne', '..', 'a"b']
    for (const namespace of strange) await readyRun(await harness.open({ namespace }), { key: namespace })
    for (const namespace of strange) {
      const { items } = await (await harness.open({ namespace })).runs()
      assert.deepEqual(
        items.map((run) => run.key),
        [namespace],
      )
    }
  },
})
