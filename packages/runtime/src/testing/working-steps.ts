import type { Runtime } from '../enter/runtime.ts'

/** Whether a step's function is at work in a runtime, as far as its events tell. */
export function watchSteps(runtime: Runtime): () => boolean {
  const working = new Set<string>()
  runtime.events.on('step.*', ({ type, payload }) => {
    const { runId, step } = payload as { readonly runId: string; readonly step: string }
    const name = `${runId} ${step}`
    if (type === 'step.started') working.add(name)
    else if (type !== 'step.retried' && type !== 'step.progress') working.delete(name)
  })
  runtime.events.on('workflow.parked', ({ payload: { runId, step } }) => working.delete(`${runId} ${step}`))
  return () => working.size > 0
}
