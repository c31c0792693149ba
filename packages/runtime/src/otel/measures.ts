import { type Meter, metrics } from '@opentelemetry/api'
import type { EventBus } from '@pawl/event-bus'
import type { RuntimeEvents } from '../leave/events.ts'

const SCOPE = '@pawl/runtime'

/** Counts what a runtime tells of, with the globally registered meter. Returns what stops it. */
export function measure(events: EventBus<RuntimeEvents>): () => void {
  const meter = metrics.getMeter(SCOPE)
  const stops = [...workflowMeasures(meter, events), ...stepMeasures(meter, events)]
  return () => {
    for (const stop of stops) stop()
  }
}

function workflowMeasures(meter: Meter, events: EventBus<RuntimeEvents>): (() => unknown)[] {
  const ended = meter.createCounter('pawl.workflows', { description: 'Runs that ended here, by status.' })
  const duration = meter.createHistogram('pawl.workflow.duration', {
    description: 'From the opening of a run to its completion.',
    unit: 'ms',
  })
  const count = (workflow: string, status: string) => ended.add(1, { workflow, status })
  return [
    events.on('workflow.completed', ({ payload: { workflow, durationMs } }) => {
      count(workflow, 'completed')
      duration.record(durationMs, { workflow })
    }),
    events.on('workflow.failed', ({ payload: { workflow } }) => count(workflow, 'failed')),
    events.on('workflow.cancelled', ({ payload: { workflow } }) => count(workflow, 'cancelled')),
  ]
}

function stepMeasures(meter: Meter, events: EventBus<RuntimeEvents>): (() => unknown)[] {
  const steps = meter.createCounter('pawl.steps', { description: 'Steps that ended here, by outcome.' })
  const retries = meter.createCounter('pawl.step.retries', {
    description: 'Attempts that failed and were repeated.',
  })
  const tokens = meter.createCounter('pawl.step.tokens', { description: 'Tokens that steps said they used.' })
  const duration = meter.createHistogram('pawl.step.duration', {
    description: 'Of a step with all its attempts.',
    unit: 'ms',
  })
  const of = ({ workflow, agent }: { readonly workflow: string; readonly agent: string | null }) => ({
    workflow,
    ...(agent === null ? {} : { agent }),
  })
  return [
    events.on('step.completed', ({ payload }) => {
      steps.add(1, { ...of(payload), outcome: 'completed' })
      duration.record(payload.durationMs, of(payload))
      if (payload.tokens > 0) tokens.add(payload.tokens, of(payload))
    }),
    events.on('step.failed', ({ payload }) => steps.add(1, { ...of(payload), outcome: 'failed' })),
    events.on('step.retried', ({ payload }) => retries.add(1, of(payload))),
  ]
}
