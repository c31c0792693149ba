import { randomBytes } from 'node:crypto'
import { foldJournal, type StateStore } from '@pawl/state-store'
import { type Row, rateRow } from '../row.ts'
import type { Place } from './place.ts'

const STEPS = 10_000
/** At the beginning and at the end, that many steps are compared. */
const PART = 1_000
const WORKER = 'bench'
const LEASE_MS = 600_000
const DEFINITION = { type: 'long', definitionVersion: '1' } as const

/** 300 characters that do not compress. */
const randomText = (): string => randomBytes(225).toString('base64')

/** One run of 10,000 steps, one commit each: what its steps cost, what they occupy, and what taking it up again costs. */
export async function longRun(place: Place, prefix: string): Promise<readonly Row[]> {
  const { runId, quotient, bytes, firstHalf, secondHalf } = await grow(place)
  const resumed = await resume(place, runId)
  return [
    rateRow('growth', `${prefix}time`, 'last 1,000 / first 1,000', quotient, { floor: 1 }),
    rateRow('growth', `${prefix}bytes`, 'bytes/step', bytes, { floor: 300 }),
    rateRow('growth', `${prefix}bytes, second half / first half`, 'quotient', secondHalf / firstHalf, {
      floor: 1,
    }),
    rateRow('growth', `${prefix}resume`, 'ms', resumed, {}),
  ].map((row) => (row.floor === null ? row : { ...row, floorRatio: row.floor / row.ours }))
}

async function grow(place: Place) {
  const store = await place.open()
  const claimFor = { worker: WORKER, leaseMs: LEASE_MS }
  // A run beside it, so that the connection and its plans are warm.
  await steps(store, (await store.open({ type: 'warm up', claimFor })).runId, 2, PART)
  const { runId } = await store.open({ ...DEFINITION, input: null, claimFor })
  const empty = await place.bytes()
  const first = await steps(store, runId, 2, PART)
  await steps(store, runId, 2 + PART, STEPS / 2 - PART)
  const half = await place.bytes()
  await steps(store, runId, 2 + STEPS / 2, STEPS / 2 - PART)
  const last = await steps(store, runId, 2 + STEPS - PART, PART)
  const full = await place.bytes()
  await store.release(WORKER)
  await store.close()
  return {
    runId,
    quotient: last / first,
    bytes: (full - empty) / STEPS,
    firstHalf: half - empty,
    secondHalf: full - half,
  }
}

/** Commits steps one after the other; tells how long it took, in milliseconds. */
async function steps(store: StateStore, runId: string, from: number, count: number): Promise<number> {
  const began = performance.now()
  for (let version = from; version < from + count; version++) {
    const entries = [{ kind: 'step_completed', step: `step ${version}`, payload: randomText() }] as const
    const verdict = await store.commit({ runId, worker: WORKER, fence: 1, version, entries })
    if (!verdict.ok) throw new Error(verdict.message)
  }
  return performance.now() - began
}

/** Claims the run, reads its journal once and folds it, as a process does that takes it up; in milliseconds. */
async function resume(place: Place, runId: string): Promise<number> {
  await using store = await place.open()
  const began = performance.now()
  const [claimed] = await store.claim({
    worker: 'next',
    leaseMs: LEASE_MS,
    limit: 1,
    definitions: [DEFINITION],
  })
  if (claimed?.runId !== runId) throw new Error('The long run was not there to be claimed.')
  const journal = await store.journal({ runId, version: claimed.version })
  const { results } = foldJournal(journal)
  if (Object.keys(results).length !== STEPS) throw new Error('The long run lost steps.')
  return performance.now() - began
}
