import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/sqlite/index.ts'
import { argument } from './program.ts'

// Commits to several runs at once until it is killed; prints every commit that was acknowledged.

const { path, runs } = argument<{ path: string; runs: number }>()
const store = await openSqliteStore({ path })

async function commitForever(): Promise<void> {
  const claimFor = { worker: 'doomed', leaseMs: 60_000 }
  const { runId, fence } = await store.open({ type: 'letter', input: null, claimFor })
  for (let version = 2; ; version++) {
    const entries = [
      { kind: 'step_completed', step: `s${version}`, payload: 'x'.repeat(version % 900) },
    ] as const
    const verdict = await store.commit({ runId, worker: 'doomed', fence: fence ?? 0, version, entries })
    if (!verdict.ok) throw new Error(verdict.message)
    writeSync(1, `${runId} ${verdict.version}\n`)
  }
}

await Promise.all(Array.from({ length: runs }, commitForever))
