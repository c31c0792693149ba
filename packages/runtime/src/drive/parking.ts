import { parkForMs, type Refusal } from '../decide/parking.ts'
import type { Execution } from './execution.ts'
import type { StepJob } from './perform-step.ts'

/**
 * Waits until a step whose agent refused it may be tried again. Nothing is written but, if that takes long, that the run
 * waits: no entry, no attempt. Never settles if the run is given back meanwhile; the step is asked for again then.
 */
export function untilAdmitted(execution: Execution, job: StepJob, refusal: Refusal): Promise<void> {
  const { ports, agents, emit } = execution.parts
  const { runId, type: workflow } = execution.run
  const { agent } = refusal
  const wakeInMs = parkForMs(refusal, agents.park(agent, refusal.retryAfterMs), ports.random())
  emit('workflow.parked', { runId, workflow, step: job.name, agent, wakeInMs })
  return new Promise((resolve) => {
    execution.waits.add({
      wakeAt: execution.storeNow() + wakeInMs,
      parked: { agent, isOver: () => agents.admits(agent) },
      look: () => {},
      expire: resolve,
    })
  })
}
