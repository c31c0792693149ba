import type { StateStore } from '@pawl/state-store'
import { median, type Row, rateRow } from '../row.ts'
import type { Place } from './place.ts'

const RUNS = 1_000_000
const ROUNDS = 9
const PER_ROUND = 150
const DEFINITION = { type: 'quick', definitionVersion: '1' } as const
const LEASE_MS = 600_000

/** What a claim and a commit cost beside a million finished runs, against an empty table, in turn, as medians. */
export async function crowded(empty: Place, full: Place, prefix: string): Promise<readonly Row[]> {
  await (await full.open()).close()
  await full.crowd(RUNS)
  await using alone = await empty.open()
  await using among = await full.open()
  const figures = { claim: [[], []] as number[][], commit: [[], []] as number[][] }
  for (const store of [alone, among]) await round(store)
  for (let count = 0; count < ROUNDS; count++) {
    for (const [index, store] of [alone, among].entries()) {
      const { claim, commit } = await round(store)
      figures.claim[index]!.push(claim)
      figures.commit[index]!.push(commit)
    }
  }
  return (['claim', 'commit'] as const).map((name) => {
    const [before, after] = figures[name].map(median)
    const row = rateRow('growth', `${prefix}${name}`, 'with 1,000,000 / empty', after! / before!, {
      floor: 1,
    })
    return { ...row, floorRatio: 1 / row.ours }
  })
}

/** Opens runs, claims them one by one, and ends each with one commit; milliseconds for a claim and for a commit. */
async function round(store: StateStore): Promise<{ readonly claim: number; readonly commit: number }> {
  const worker = 'bench'
  await Promise.all(Array.from({ length: PER_ROUND }, () => store.open({ ...DEFINITION, input: null })))
  let claim = 0
  let commit = 0
  for (let count = 0; count < PER_ROUND; count++) {
    const began = performance.now()
    const [run] = await store.claim({ worker, leaseMs: LEASE_MS, limit: 1, definitions: [DEFINITION] })
    const claimed = performance.now()
    const { runId, fence } = run!
    const entries = [{ kind: 'completed', payload: 'done' }] as const
    const next = { status: 'completed' } as const
    await store.commit({ runId, worker, fence, version: 2, entries, next })
    claim += claimed - began
    commit += performance.now() - claimed
  }
  return { claim: claim / PER_ROUND, commit: commit / PER_ROUND }
}
