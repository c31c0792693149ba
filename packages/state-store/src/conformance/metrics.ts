import assert from 'node:assert/strict'
import type { EntryMeta, NewEntry } from '../contract/entry.ts'
import type { Metrics } from '../contract/metrics.ts'
import type { NewRun } from '../contract/run.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf } from './conformance-case.ts'
import { finish, type HeldRun, heldRun, LEASE, NOON, readyRun, rejects, waiting, write } from './given.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const done = (step: string, meta: EntryMeta): NewEntry => ({ kind: 'step_completed', step, meta })
const failed = (step: string, meta: EntryMeta): NewEntry => ({ kind: 'step_failed', step, meta })

const none = { mean: null, p50: null, p95: null, p99: null, max: null }

/** A run that writes these entries and ends after `ms`. */
async function ended(
  store: StateStore,
  openedAt: number,
  ms: number,
  status: 'completed' | 'failed',
  entries: readonly NewEntry[] = [],
  run: Partial<NewRun> = {},
): Promise<HeldRun> {
  await store.setTestClock(openedAt)
  const held = await heldRun(store, 'anna', run)
  if (entries.length > 0) await write(store, held, 2, entries)
  await store.setTestClock(openedAt + ms)
  await finish(store, held, 2 + entries.length, status)
  return held
}

const workflowOf = ({ workflows }: Metrics, type = 'letter') => workflows.find((one) => one.type === type)
const agentOf = ({ agents }: Metrics, name: string) => agents.find(({ agent }) => agent === name)

export const metricsCases = casesOf('metrics', {
  'of a store without runs are empty': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    assert.deepEqual(await store.metrics(), {
      since: NOON + 1 - DAY,
      until: NOON + 1,
      workflows: [],
      agents: [],
    })
  },

  'count runs by how they ended, with durations that were measured': async (harness) => {
    const store = await harness.open()
    for (let n = 1; n <= 200; n++)
      await ended(store, NOON + n, n * 10, n % 4 === 0 ? 'failed' : 'completed', [], {
        type: n % 2 === 0 ? 'even' : 'odd',
      })
    const cancelled = await heldRun(store, 'anna', { type: 'odd' })
    await write(store, cancelled, 2, [{ kind: 'cancelled' }], { status: 'cancelled' })
    await store.setTestClock(NOON + HOUR)
    const metrics = await store.metrics()
    const [even, odd] = [workflowOf(metrics, 'even'), workflowOf(metrics, 'odd')]
    assert.deepEqual(
      [even?.count, even?.completed, even?.failed, even?.cancelled, even?.successRate],
      [100, 50, 50, 0, 0.5],
    )
    // Nearest rank of 20, 40, … 2000.
    assert.deepEqual(even?.durationMs, { mean: 1_010, p50: 1_000, p95: 1_900, p99: 1_980, max: 2_000 })
    assert.deepEqual([odd?.count, odd?.cancelled, odd?.successRate], [101, 1, 1])
    assert.deepEqual(
      metrics.workflows.map(({ type }) => type),
      ['even', 'odd'],
    )
  },

  'count what agents and steps did, all attempts and tokens': async (harness) => {
    const store = await harness.open()
    await ended(store, NOON, 100, 'completed', [
      done('a', { agent: 'writer', attempts: 1, durationMs: 10, tokens: 5 }),
      done('b', { agent: 'writer', attempts: 3, durationMs: 30, tokens: 7 }),
      failed('c', { agent: 'critic', attempts: 4, durationMs: 20 }),
      done('d', { attempts: 2, durationMs: 40 }),
      done('e', { agent: 'critic' }),
    ])
    const metrics = await store.metrics()
    assert.deepEqual(agentOf(metrics, 'writer'), {
      agent: 'writer',
      count: 2,
      completed: 2,
      failed: 0,
      successRate: 1,
      attempts: 4,
      retries: 2,
      tokens: 12,
      durationMs: { mean: 20, p50: 10, p95: 30, p99: 30, max: 30 },
    })
    const critic = agentOf(metrics, 'critic')
    assert.deepEqual([critic?.count, critic?.failed, critic?.successRate, critic?.retries], [2, 1, 0.5, 3])
    assert.deepEqual(critic?.durationMs, { mean: 20, p50: 20, p95: 20, p99: 20, max: 20 })
    const steps = workflowOf(metrics)?.steps
    assert.deepEqual([steps?.count, steps?.attempts, steps?.retries, steps?.tokens], [5, 11, 6, 12])
    assert.deepEqual(steps?.durationMs, { mean: 25, p50: 20, p95: 40, p99: 40, max: 40 })
  },

  'are of a span of time: from since, before until': async (harness) => {
    const store = await harness.open()
    const step = (agent: string) => [done('a', { agent, durationMs: 1 })]
    for (const [hour, agent] of ['before', 'first', 'last', 'after'].entries())
      await ended(store, NOON + hour * HOUR, 5, 'completed', step(agent))
    // It was written to in that time and ended later.
    await ended(store, NOON + 2 * HOUR, 2 * HOUR, 'failed', step('long'))
    const span = { since: NOON + HOUR, until: NOON + 3 * HOUR }
    const metrics = await store.metrics(span)
    assert.deepEqual(
      metrics.agents.map(({ agent }) => agent),
      ['first', 'last', 'long'],
    )
    const letter = workflowOf(metrics)
    assert.deepEqual([letter?.count, letter?.completed, letter?.steps.count], [2, 2, 3])
    assert.equal(workflowOf(await store.metrics({ ...span, until: NOON + HOUR + 5 }))?.count, 0)
    assert.equal(workflowOf(await store.metrics({ ...span, until: NOON + HOUR + 6 }))?.count, 1)
    assert.deepEqual((await store.metrics({ since: NOON + 9 * HOUR, until: NOON + 10 * HOUR })).agents, [])
    await store.setTestClock(NOON + DAY + 2 * HOUR - 1)
    assert.deepEqual(
      (await store.metrics()).agents.map(({ agent }) => agent),
      ['after', 'last', 'long'],
    )
  },

  'have the runs that go on as they are now, and what was done in them': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await readyRun(store)
    await readyRun(store, { type: 'parcel' })
    const asleep = await heldRun(store)
    await write(store, asleep, 2, [done('a', { agent: 'writer', durationMs: 3 })], waiting(0, 9 * DAY))
    await heldRun(store)
    const metrics = await store.metrics()
    assert.deepEqual(workflowOf(metrics)?.now, { queued: 1, running: 1, waiting: 1 })
    assert.deepEqual(workflowOf(metrics)?.durationMs, none)
    assert.equal(workflowOf(metrics)?.successRate, null)
    assert.deepEqual(workflowOf(metrics, 'parcel')?.now, { queued: 1, running: 0, waiting: 0 })
    assert.equal(agentOf(metrics, 'writer')?.count, 1)
    await store.setTestClock(NOON + 3 * DAY)
    await store.heartbeat({ worker: 'anna', leaseMs: LEASE })
    const later = await store.metrics()
    assert.deepEqual(workflowOf(later)?.now, { queued: 1, running: 1, waiting: 1 })
    assert.deepEqual(later.agents, [])
  },

  'count what was rolled back, and a run as it stands; not what a fork copied': async (harness) => {
    const store = await harness.open()
    const step = (name: string) => done(name, { agent: 'writer', durationMs: 2 })
    const run = await ended(store, NOON, 10, 'failed', [step('a'), step('b')])
    await store.rollback({ runId: run.runId, version: 2 })
    await store.resume({ runId: run.runId })
    const [again] = await store.claim({
      worker: 'anna',
      leaseMs: LEASE,
      limit: 1,
      definitions: [{ type: 'letter', definitionVersion: '1' }],
    })
    const held = { runId: run.runId, worker: 'anna', fence: again?.fence ?? 0 }
    await write(store, held, (again?.version ?? 0) + 1, [step('b')])
    await finish(store, held, (again?.version ?? 0) + 2)
    await store.fork({ runId: run.runId, version: 3 })
    const metrics = await store.metrics()
    assert.equal(agentOf(metrics, 'writer')?.count, 3)
    const letter = workflowOf(metrics)
    assert.deepEqual([letter?.count, letter?.completed, letter?.failed], [1, 1, 0])
    assert.deepEqual(letter?.now, { queued: 1, running: 0, waiting: 0 })
  },

  'can be of one workflow or one agent': async (harness) => {
    const store = await harness.open()
    const steps = [done('a', { agent: 'writer', tokens: 1 }), done('b', { agent: 'critic', tokens: 2 })]
    await ended(store, NOON, 5, 'completed', steps)
    await ended(store, NOON, 5, 'completed', steps, { type: 'parcel' })
    const parcels = await store.metrics({ type: 'parcel' })
    assert.deepEqual(
      parcels.workflows.map(({ type }) => type),
      ['parcel'],
    )
    assert.deepEqual(
      parcels.agents.map(({ agent, tokens }) => [agent, tokens]),
      [
        ['critic', 2],
        ['writer', 1],
      ],
    )
    const writer = await store.metrics({ agent: 'writer' })
    assert.deepEqual(writer.workflows, [])
    assert.deepEqual(
      writer.agents.map(({ agent, count }) => [agent, count]),
      [['writer', 2]],
    )
    assert.equal((await store.metrics({ agent: 'writer', type: 'parcel' })).agents[0]?.count, 1)
    assert.deepEqual((await store.metrics({ agent: 'nobody' })).agents, [])
  },

  'are of a namespace alone, and filters that make no sense are refused': async (harness) => {
    const store = await harness.open({ namespace: 'one' })
    await ended(store, NOON, 5, 'completed', [done('a', { agent: 'writer' })])
    assert.equal((await store.metrics()).agents.length, 1)
    await rejects(store.metrics({ since: Number.NaN }), 'INVALID_ARGUMENT')
    await rejects(store.metrics({ agent: 'a\u0000' }), 'INVALID_ARGUMENT')
    assert.deepEqual((await store.metrics({ since: 1e300, until: 1e308 })).agents, [])
    assert.deepEqual((await store.metrics({ since: NOON, until: NOON - 1 })).agents, [])
  },
})
