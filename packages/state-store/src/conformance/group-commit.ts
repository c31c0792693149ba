import assert from 'node:assert/strict'
import type { Verdict } from '../contract/commit.ts'
import { casesOf } from './conformance-case.ts'
import { accepted, commitOf, heldRun, NOBODY, refused, rejects, step, stepsOf, versionsOf } from './given.ts'

const hundred = Array.from({ length: 100 }, (_, index) => index)

export const groupCommitCases = casesOf('group commit', {
  'a hundred runs at once each get their own verdict': async (harness) => {
    const store = await harness.open()
    const runs = await Promise.all(hundred.map(() => heldRun(store)))
    const verdicts = await Promise.all(
      runs.map((run, index) => store.commit(commitOf(run, 2, [step('a', index)]))),
    )
    for (const verdict of verdicts) assert.equal(accepted(verdict).version, 2)
    const states = await Promise.all(runs.map((run) => store.stateAt(run)))
    assert.deepEqual(
      states.map((state) => state.results.a),
      hundred,
    )
  },

  'commits of one run issued at once are written in order': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await Promise.all(
      hundred.map((index) => store.commit(commitOf(run, index + 2, [step(`s${index}`)])).then(accepted)),
    )
    assert.deepEqual(
      await stepsOf(store, run.runId),
      hundred.map((index) => `s${index}`),
    )
  },

  'bad commits among a hundred fail alone': async (harness) => {
    const store = await harness.open()
    const runs = await Promise.all(hundred.map(() => heldRun(store)))
    await Promise.all(runs.map((run) => store.commit(commitOf(run, 2, [step('a')]))))
    const verdicts = await Promise.all(
      runs.map((run, index) => {
        if (index === 10) return store.commit(commitOf(run, 3, [step('x'), step('a')]))
        if (index === 30) return store.commit(commitOf({ ...run, fence: 9 }, 3, [step('b')]))
        if (index === 50) return store.commit(commitOf({ ...run, runId: NOBODY }, 3, [step('b')]))
        if (index === 70) return store.commit(commitOf(run, 7, [step('b')]))
        return store.commit(commitOf(run, 3, [step('b')]))
      }),
    )
    const bad: readonly (readonly [number, Parameters<typeof refused>[1]])[] = [
      [10, 'duplicate_step'],
      [30, 'stale_fence'],
      [50, 'unknown_run'],
      [70, 'version_conflict'],
    ]
    for (const [index, reason] of bad) refused(verdicts[index] as Verdict, reason)
    assert.equal(verdicts.filter((verdict) => verdict.ok).length, 96)
    for (const [index, run] of runs.entries()) {
      const kept = bad.some(([wrong]) => wrong === index) ? [1, 2] : [1, 2, 3]
      assert.deepEqual(await versionsOf(store, run.runId), kept)
    }
  },

  'an operation that is refused before it is sent fails alone': async (harness) => {
    const store = await harness.open()
    const runs = await Promise.all(hundred.map(() => heldRun(store)))
    const asked = runs.map((run, index) => {
      const payload = index === 40 ? () => {} : index
      return store.commit(commitOf(run, 2, [step('a', payload)]))
    })
    await rejects(asked[40]!, 'NOT_JSON')
    for (const [index, verdict] of asked.entries()) if (index !== 40) accepted(await verdict)
  },

  'operations of every sort travel together': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const [opened, sent, verdict, beat, taken] = await Promise.all([
      store.open({ type: 'letter', input: 1 }),
      store.send({ runId: run.runId, kind: 'signal', name: 'yes' }),
      store.commit(commitOf(run, 2, [step('a')])),
      store.heartbeat({ worker: 'anna', leaseMs: 1_000 }),
      store.claim({
        worker: 'bob',
        leaseMs: 1_000,
        limit: 1,
        definitions: [{ type: 'letter', definitionVersion: '1' }],
      }),
    ])
    assert.equal(accepted(verdict).inbox, 1)
    assert.deepEqual([sent.ok, beat.held.length], [true, 1])
    assert.deepEqual(
      taken.map((claimed) => claimed.runId),
      [opened.runId],
    )
  },
})
