import { createRuntime } from '@pawl/runtime'
import { type KillInput, VICTIMS } from './workflows.ts'

// The process that is killed: it starts the run, or finds it, and works until the run has ended.

interface Orders {
  readonly victim: string
  readonly store: string
  readonly runId: string
  readonly input: KillInput
}

const { victim, store, runId, input } = JSON.parse(process.argv[2] ?? '{}') as Orders
const { workflow } = VICTIMS[victim]!

await using runtime = createRuntime({
  workflows: [workflow],
  stateStore: { path: store },
  lease: 250,
  sweep: 50,
})
await runtime.initialize()
const handle = await runtime.startWorkflow(workflow, input, { runId })
process.send?.('working')
await handle.result()
process.disconnect?.()
