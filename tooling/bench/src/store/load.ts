import type { StateStore } from '@pawl/state-store'

// What is measured: runs whose steps finish, each step one durable commit with a payload of 300 bytes. Opening a run
// is a commit too: it appends the first entry of the journal.

const PAYLOAD = 'x'.repeat(300)
const STEPS = 20
const WORKER = 'bench'

/** Opens a run and commits its steps, each after the one before was acknowledged; tells how many commits it made. */
async function oneRun(store: StateStore, until: number): Promise<number> {
  const claimFor = { worker: WORKER, leaseMs: 600_000 }
  const { runId, fence } = await store.open({ type: 'bench', input: null, claimFor })
  let version = 1
  while (version <= STEPS && performance.now() < until) {
    version += 1
    const entries = [{ kind: 'step_completed', step: `step ${version}`, payload: PAYLOAD }] as const
    const verdict = await store.commit({ runId, worker: WORKER, fence: fence ?? 0, version, entries })
    if (!verdict.ok) throw new Error(verdict.message)
  }
  return version
}

/** Commits a second with `atOnce` runs at once over `ms` milliseconds. */
export async function commitsPerSecond(store: StateStore, atOnce: number, ms: number): Promise<number> {
  let commits = 0
  const began = performance.now()
  const until = began + ms
  const lane = async () => {
    while (performance.now() < until) {
      // Not `commits += await …`, which reads the sum before it waits and loses what the other lanes add.
      const made = await oneRun(store, until)
      commits += made
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (commits * 1_000) / (performance.now() - began)
}
