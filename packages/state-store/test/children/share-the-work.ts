import { setTimeout as pause } from 'node:timers/promises'
import { openSqliteStore } from '../../src/sqlite/index.ts'
import { argument } from './program.ts'

// One of several workers on one file: opens the file and the runs at the same moment as the others, then claims one
// run after the other and writes it to its end. Prints the runs that it claimed.

const { path, worker, runs, share, steps, at } = argument<{
  path: string
  worker: string
  runs: number
  share: number
  steps: number
  at: number
}>()

await pause(Math.max(0, at - Date.now()))
const store = await openSqliteStore({ path })
const opened = Array.from({ length: runs }, (_, index) =>
  store.open({ type: 'letter', input: index, key: `k${index}` }),
)
await Promise.all(opened)

const definitions = [{ type: 'letter', definitionVersion: '1' }]
for (let done = 0; done < share; ) {
  const [run] = await store.claim({ worker, leaseMs: 60_000, limit: 1, definitions })
  if (run === undefined) throw new Error('nothing is left to claim')
  const { runId, fence } = run
  for (let version = 2; version < steps + 2; version++) {
    const last = version === steps + 1
    const entry = last
      ? ({ kind: 'completed', payload: worker } as const)
      : ({ kind: 'step_completed', step: `s${version}`, payload: worker } as const)
    const next = last ? ({ status: 'completed' } as const) : ({ status: 'running' } as const)
    const verdict = await store.commit({ runId, worker, fence, version, entries: [entry], next })
    if (!verdict.ok) throw new Error(verdict.message)
  }
  console.log(runId)
  done += 1
}
await store.close()
