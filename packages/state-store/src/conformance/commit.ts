import assert from 'node:assert/strict'
import type { Next } from '../contract/commit.ts'
import type { NewEntry } from '../contract/entry.ts'
import { casesOf } from './conformance-case.ts'
import {
  accepted,
  claim,
  claimOne,
  commitOf,
  completed,
  finish,
  heldRun,
  LEASE,
  NOBODY,
  NOON,
  readyRun,
  refused,
  rejects,
  step,
  stepsOf,
  versionsOf,
  waiting,
  write,
} from './given.ts'

export const commitCases = casesOf('commit', {
  'appends its entries in order and tells the last version': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    const verdict = await write(store, run, 2, [step('a', [1]), { kind: 'shared_set', payload: { x: 1 } }])
    assert.deepEqual(verdict, { ok: true, version: 3, status: 'running', inbox: 0, at: NOON })
    const [, second, third] = (await store.entries(run.runId)).items
    assert.deepEqual(second, {
      version: 2,
      epoch: 0,
      fence: run.fence,
      kind: 'step_completed',
      step: 'a',
      hash: null,
      at: NOON,
      format: 1,
      payload: [1],
      meta: {},
    })
    assert.deepEqual([third!.version, third!.kind, third!.payload], [3, 'shared_set', { x: 1 }])
  },

  'keeps hash and metadata': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const meta = {
      agent: 'writer',
      attempts: 2,
      errors: [{ attempt: 1, message: 'no' }],
      tokens: 7,
      durationMs: 3,
    }
    await write(store, run, 2, [{ ...step('a'), hash: 'abc', meta }])
    const entry = (await store.entries(run.runId)).items[1]!
    assert.deepEqual([entry.hash, entry.meta], ['abc', meta])
  },

  'a step that failed on its way occupies no name': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await write(store, run, 2, [{ kind: 'step_failed', step: 'a', payload: 'oh' }])
    await write(store, run, 3, [step('a')])
  },

  'a timer and its firing and a step may share a name': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const kinds = ['timer_set', 'timer_fired', 'step_completed', 'signal_received'] as const
    const entries = kinds.map((kind) => ({ kind, step: 'a' }))
    assert.equal((await write(store, run, 2, entries)).version, 5)
  },

  'the second entry of a step in an epoch is refused, and nothing of its commit is kept': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await write(store, run, 2, [step('a')])
    const before = await store.run(run.runId)
    refused(await store.commit(commitOf(run, 3, [step('b'), step('a', 'other')])), 'duplicate_step')
    assert.deepEqual(await versionsOf(store, run.runId), [1, 2])
    assert.deepEqual(await store.run(run.runId), before)
    await write(store, run, 3, [step('b')])
  },

  'the same step twice in one commit is refused': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    refused(await store.commit(commitOf(run, 2, [step('a'), step('a')])), 'duplicate_step')
    assert.deepEqual(await versionsOf(store, run.runId), [1])
  },

  'a stale fence is refused': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const anna = await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    const bob = await claimOne(store, 'bob')
    refused(await store.commit(commitOf(anna, 2, [step('a')])), 'stale_fence')
    await write(store, bob, 2, [step('b')])
    assert.deepEqual(await stepsOf(store, anna.runId), ['b'])
  },

  'a fence that nobody was given is refused': async (harness) => {
    const store = await harness.open()
    const queued = { runId: await readyRun(store), worker: 'anna', fence: 0 }
    refused(await store.commit(commitOf(queued, 2, [step('a')])), 'stale_fence')
    const run = await heldRun(store)
    refused(await store.commit(commitOf({ ...run, fence: run.fence + 1 }, 2, [step('a')])), 'stale_fence')
  },

  'a frozen worker may go on while no rival has claimed its run': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const anna = await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    const definitions = [{ type: 'parcel', definitionVersion: '1' }]
    await store.claim({ worker: 'bob', leaseMs: LEASE, limit: 1, definitions })
    assert.equal((await store.run(anna.runId))?.worker, null)
    assert.equal((await write(store, anna, 2, [step('a')])).status, 'running')
    assert.equal((await store.run(anna.runId))?.worker, 'anna')
    await store.heartbeat({ worker: 'anna', leaseMs: LEASE })
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a frozen worker that got its run back is watched again': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const anna = await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    const definitions = [{ type: 'parcel', definitionVersion: '1' }]
    await store.claim({ worker: 'bob', leaseMs: LEASE, limit: 1, definitions })
    await write(store, anna, 2, [step('a')])
    await store.setTestClock(NOON + 3 * LEASE)
    const bob = await claimOne(store, 'bob')
    refused(await store.commit(commitOf(anna, 3, [step('b')])), 'stale_fence')
    await write(store, bob, 3, [step('b')])
  },

  'a version that is not the next one is refused': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    refused(await store.commit(commitOf(run, 3, [step('a')])), 'version_conflict')
    refused(await store.commit(commitOf(run, 1, [step('a')])), 'version_conflict')
    await write(store, run, 2, [step('a')])
    assert.deepEqual(await versionsOf(store, run.runId), [1, 2])
  },

  'the same commit again is the first verdict, and is written once': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    const commit = commitOf(run, 2, [step('a'), step('b')])
    const [first, again] = [await store.commit(commit), await store.commit(commit)]
    assert.deepEqual(again, first)
    await write(store, run, 4, [step('c')])
    assert.deepEqual(await store.commit(commit), first)
    assert.deepEqual(await stepsOf(store, run.runId), ['a', 'b', 'c'])
  },

  'the same commit again, in the same batch, is the first verdict': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const commit = commitOf(run, 2, [step('a')])
    for (const verdict of await Promise.all([store.commit(commit), store.commit(commit)])) accepted(verdict)
    assert.deepEqual(await versionsOf(store, run.runId), [1, 2])
  },

  'the same commit again after a rival claimed is the first verdict': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const anna = await heldRun(store, 'anna')
    const commit = commitOf(anna, 2, [step('a')], waiting(0, 0))
    const first = await store.commit(commit)
    const bob = await claimOne(store, 'bob')
    assert.deepEqual(await store.commit(commit), first)
    await write(store, bob, 3, [step('b')])
    assert.deepEqual(await store.commit(commit), first)
    assert.equal((await store.run(anna.runId))?.worker, 'bob')
  },

  'an ending and a wait may be asked again': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const wait = commitOf(run, 2, [], waiting())
    assert.deepEqual(
      [accepted(await store.commit(wait)).status, accepted(await store.commit(wait)).status],
      ['waiting', 'waiting'],
    )
    const other = await heldRun(store)
    const end = commitOf(other, 2, [{ kind: 'completed', payload: 1 }], completed)
    assert.deepEqual(
      [accepted(await store.commit(end)).status, accepted(await store.commit(end)).status],
      ['completed', 'completed'],
    )
    assert.deepEqual(await versionsOf(store, other.runId), [1, 2])
  },

  'the same version with other content is a conflict': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    await write(store, run, 2, [step('a', 1)])
    refused(await store.commit(commitOf(run, 2, [step('a', 2)])), 'version_conflict')
    refused(await store.commit(commitOf(run, 2, [step('a', 1)], waiting())), 'version_conflict')
    refused(await store.commit(commitOf(run, 2, [{ kind: 'completed' }], completed)), 'version_conflict')
    assert.equal((await store.run(run.runId))?.status, 'running')
  },

  'a run ends with the entry that says so, and only then': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const end: NewEntry = { kind: 'completed' }
    const untrue: readonly (readonly [readonly NewEntry[], Next | undefined])[] = [
      [[], completed],
      [[step('a')], completed],
      [[end], { status: 'failed' }],
      [[end], undefined],
      [[end], waiting()],
      [[end, step('a')], completed],
      [[end, end], completed],
    ]
    for (const [entries, next] of untrue)
      await rejects(store.commit(commitOf(run, 2, entries, next)), 'INVALID_ARGUMENT')
    assert.equal((await store.run(run.runId))?.version, 1)
    await write(store, run, 2, [step('a'), end], completed)
  },

  'an ended run takes nothing more': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    await finish(store, run, 2)
    refused(await store.commit(commitOf(run, 3, [step('a')])), 'finished')
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.worker, row?.finishedAt], ['completed', null, NOON])
  },

  'a run that is not there is a verdict, not an error': async (harness) => {
    const store = await harness.open()
    refused(
      await store.commit(commitOf({ runId: NOBODY, worker: 'anna', fence: 1 }, 2, [step('a')])),
      'unknown_run',
    )
  },

  'a waiting run has no holder, and its old holder cannot write': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    assert.equal((await write(store, run, 2, [step('a')], waiting())).status, 'waiting')
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.worker, row?.readyAt], ['waiting', null, null])
    refused(await store.commit(commitOf(run, 3, [step('b')])), 'stale_fence')
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a wait with a time is claimable then': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    await write(store, run, 2, [{ kind: 'timer_set', step: 'nap' }], waiting(0, 1_000))
    assert.equal((await store.run(run.runId))?.readyAt, NOON + 1_000)
    await store.setTestClock(NOON + 999)
    assert.deepEqual(await claim(store, 'bob'), [])
    await store.setTestClock(NOON + 1_000)
    const woken = await claimOne(store, 'bob')
    assert.deepEqual([woken.runId, woken.recovered], [run.runId, false])
  },

  'over the limit of entries only an ending is accepted': async (harness) => {
    const store = await harness.open({ limits: { maxEntriesPerRun: 3 } })
    const run = await heldRun(store)
    await write(store, run, 2, [step('a'), step('b')])
    const verdict = await store.commit(commitOf(run, 4, [step('c')]))
    refused(verdict, 'run_limit')
    assert.match(verdict.ok ? '' : verdict.message, /Open a new run .* or raise `limits`/)
    refused(await store.commit(commitOf(run, 4, [step('c')], waiting())), 'run_limit')
    await finish(store, run, 4, 'failed')
  },

  'over the limit of bytes only an ending is accepted': async (harness) => {
    const store = await harness.open({ limits: { maxBytesPerRun: 1_000 } })
    const run = await heldRun(store)
    refused(await store.commit(commitOf(run, 2, [step('a', 'x'.repeat(1_000))])), 'run_limit')
    refused(await store.commit(commitOf(run, 2, [step('a', 'é'.repeat(600))])), 'run_limit')
    await write(store, run, 2, [step('a', 'x'.repeat(600))])
    await finish(store, run, 3)
  },

  'bytes are counted in UTF-8': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna', { input: 'é' })
    assert.equal((await store.run(run.runId))?.bytes, 4 + 2)
    await write(store, run, 2, [{ kind: 'step_completed', step: 'a', payload: '😀', meta: { agent: 'ü' } }])
    assert.equal((await store.run(run.runId))?.bytes, 6 + 6 + '{"agent":"u"}'.length + 1)
  },

  'a payload over the limit is refused before anything is written': async (harness) => {
    const store = await harness.open({ limits: { maxEntryLength: 100 } })
    const run = await heldRun(store)
    await rejects(store.commit(commitOf(run, 2, [step('a', 'x'.repeat(200))])), 'ENTRY_TOO_LARGE')
    await write(store, run, 2, [step('a', 'x')])
  },

  'kinds that only the store may write are refused': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    for (const kind of ['started', 'rolled_back', 'forked'] as const) {
      await rejects(store.commit(commitOf(run, 2, [{ kind }])), 'INVALID_ARGUMENT')
    }
    await write(store, run, 2, [{ kind: 'resumed', meta: { toVersion: 1 } }])
  },
})
