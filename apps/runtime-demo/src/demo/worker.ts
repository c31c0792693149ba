import { createRuntime } from '@pawl/runtime'
import { securityAudit } from '../workflows/security-audit.ts'
import { LEASE_MS, type WorkerOptions } from './worker-options.ts'

// A worker process: it runs whatever is ready in the store, and tells its parent what it does.

const { name, store, dieAfterSteps } = JSON.parse(process.argv[2] ?? '{}') as WorkerOptions

const runtime = createRuntime({
  workflows: [securityAudit],
  stateStore: { path: store },
  worker: name,
  lease: LEASE_MS,
  sweep: 200,
})

let recorded = 0
runtime.events.on('step.completed', () => {
  recorded += 1
  // No handler runs and nothing is flushed: what is not on disk by now is lost, as in a real crash.
  if (recorded === dieAfterSteps) process.kill(process.pid, 'SIGKILL')
})
runtime.events.on('step.started', ({ payload }) => tell({ type: 'started', step: payload.step }))
runtime.events.on('run.log', ({ payload }) =>
  tell({ type: 'log', step: payload.step, message: payload.message }),
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

function tell(news: {
  readonly type: string
  readonly step?: string | null
  readonly message?: string
}): void {
  if (process.connected) process.send?.({ worker: name, ...news })
}
