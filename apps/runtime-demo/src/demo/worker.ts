import { createRuntime } from '@pawl/runtime'
import type { News } from './crew.ts'
import { workflows } from './order.ts'
import { LEASE_MS, type WorkerOptions } from './worker-options.ts'

// A worker process: it runs whatever of its workflows is ready in the store, and tells its parent what it does.

const { name, store, workflows: taken, dieAfterSteps } = JSON.parse(process.argv[2] ?? '{}') as WorkerOptions

const runtime = createRuntime({
  workflows: taken.map((type) => workflows[type]),
  // The parent has said which store it is.
  stateStore: { ...store, log: () => {} },
  worker: name,
  lease: LEASE_MS,
  sweep: 300,
})

let recorded = 0
runtime.events.on('step.completed', () => {
  recorded += 1
  // No handler runs and nothing is flushed: what is not on disk by now is lost, as in a real crash.
  if (recorded === dieAfterSteps) process.kill(process.pid, 'SIGKILL')
})
runtime.events.on('step.started', ({ payload: { workflow, step } }) =>
  tell({ type: 'started', workflow, step }),
)
runtime.events.on('run.log', ({ payload: { workflow, step, message } }) =>
  tell({ type: 'log', workflow, step, message }),
)
runtime.events.on('runtime.warning', ({ payload }) => tell({ type: 'warning', message: payload.message }))

process.on('SIGTERM', () => void leave())
process.on('disconnect', () => void leave())

await runtime.initialize()
tell({ type: 'ready' })

async function leave(): Promise<void> {
  await runtime.shutdown({ grace: '2s' })
  process.exit(0)
}

function tell(news: Omit<News, 'worker'>): void {
  if (process.connected) process.send?.({ worker: name, ...news })
}
