import { createRuntime } from '@pawl/runtime'
import type { StateStoreConfig } from '@pawl/state-store'
import { burden } from './burden.ts'

// A process that drives whatever it can get, until it is killed.

export interface Orders {
  readonly config: StateStoreConfig
  readonly worker: string
  readonly leaseMs: number
}

const { config, worker, leaseMs } = JSON.parse(process.argv[2] ?? '{}') as Orders
const runtime = createRuntime({
  workflows: [burden],
  stateStore: config,
  worker,
  lease: leaseMs,
  sweep: 200,
  concurrency: 15,
})
await runtime.initialize()
process.send?.('working')
setInterval(() => {}, 1_000)
