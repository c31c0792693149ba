import { expect, test } from 'vitest'
import { countingClientOf, ownProject } from '../../test/supabase.ts'
import type { StateStore } from '../contract/store.ts'
import { openSupabaseStore } from './index.ts'

// How much travels at once: requests and answers of a bounded size, in the order of the operations.

const { project } = await ownProject()
const countingClient = countingClientOf(project)
const claimFor = { worker: 'anna', leaseMs: 60_000 }

function commit(store: StateStore, runId: string, version: number, payload: unknown) {
  const entries = [{ kind: 'step_completed', step: `s${version}`, payload }] as const
  return store.commit({ runId, worker: 'anna', fence: 1, version, entries })
}

test('a batch is cut at the limit of a request, in its order; what is larger goes alone', async () => {
  const { client, bodies } = countingClient()
  const maxRequestBytes = 20_000
  await using store = await openSupabaseStore({ client, maxRequestBytes, pollMs: 0 })
  const runs = await Promise.all([1, 2, 3].map(() => store.open({ type: 'letter', input: 1, claimFor })))
  bodies.length = 0
  // All of them at once, so that they are one batch; each run's commits have to stay in order to be accepted.
  const verdicts = await Promise.all(
    [2, 3, 4, 5, 6].flatMap((version) =>
      runs.map(({ runId }, index) =>
        commit(store, runId, version, version === 4 && index === 1 ? 'ä'.repeat(30_000) : 'ö'.repeat(2_000)),
      ),
    ),
  )
  expect(verdicts.filter(({ ok }) => ok).length).toBe(15)
  const sizes = bodies.map((body) => Buffer.byteLength(body))
  expect(sizes.filter((size) => size > maxRequestBytes).length).toBe(1)
  const large = bodies.find((body) => Buffer.byteLength(body) > maxRequestBytes)!
  expect((JSON.parse(large) as { batch: unknown[] }).batch.length).toBe(1)
  expect(bodies.length).toBeGreaterThan(3)
  for (const { runId } of runs) {
    const versions = (await store.journal({ runId })).map((entry) => entry.step)
    expect(versions).toEqual([null, 's2', 's3', 's4', 's5', 's6'])
  }
})

test('what stands behind a part whose fate is unknown is not sent, so that it cannot overtake', async () => {
  let losing = false
  const { client, bodies } = countingClient((body) => {
    if (losing && body.includes('"s2"')) throw new TypeError('the network is gone')
  })
  await using store = await openSupabaseStore({ client, maxRequestBytes: 8_000, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  losing = true
  bodies.length = 0
  const outcomes = await Promise.allSettled(
    [2, 3, 4].map((version) => commit(store, runId, version, 'x'.repeat(5_000))),
  )
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'STORE_UNREACHABLE', retriable: true },
    })
  // Asked for five times, and nothing else.
  expect(bodies.filter((body) => body.includes('"s2"')).length).toBe(5)
  expect(bodies.length).toBe(5)
  losing = false
  for (const version of [2, 3, 4])
    expect(await commit(store, runId, version, 'x'.repeat(5_000))).toMatchObject({ ok: true })
})

test('long answers come in pieces, and are whole', async () => {
  const { client, answers } = countingClient()
  await using store = await openSupabaseStore({ client, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  const text = (version: number) => `${version} ${'é'.repeat(400_000)}`
  for (let version = 2; version <= 9; version++) await commit(store, runId, version, text(version))
  for (let number = 0; number < 6; number++)
    await store.send({ runId, kind: 'signal', name: `n${number}`, payload: 'é'.repeat(500_000) })
  answers.length = 0
  const journal = await store.journal({ runId })
  expect(journal.map((entry) => entry.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(journal.at(-1)!.payload).toBe(text(9))
  expect((await store.entries(runId, { limit: 4, from: 3 })).items.map(({ version }) => version)).toEqual([
    3, 4, 5, 6,
  ])
  expect((await store.inbox(runId, 1)).map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6])
  expect(answers.length).toBeGreaterThan(6)
  // Two mebibytes and the one that reached them.
  for (const bytes of answers) expect(bytes).toBeLessThan(3.5 * 1024 * 1024)
  for (let other = 0; other < 5; other++) await store.open({ type: 'letter', input: 'é'.repeat(600_000) })
  answers.length = 0
  expect((await store.unsent({ idleMs: 0 })).length).toBeGreaterThan(0)
  expect(answers[0]).toBeLessThan(4 * 1024 * 1024)
})
