import { type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { RunSpan, StepSpan, Tracing } from '../drive/tracing.ts'
import type { ErrorRecord } from '../errors.ts'
import { fromTraceparent, toTraceparent } from './traceparent.ts'

const SCOPE = '@pawl/runtime'

/** Spans of the globally registered tracer: one for each time that a process holds a run, one for each step. */
export const spans: Tracing = {
  current() {
    const active = trace.getActiveSpan()
    return active === undefined ? undefined : toTraceparent(active.spanContext())
  },
  run({ runId, workflow, parent }) {
    const remote = fromTraceparent(parent)
    const around = remote === undefined ? context.active() : trace.setSpanContext(context.active(), remote)
    const attributes = { 'pawl.run_id': runId, 'pawl.workflow': workflow }
    const span = trace
      .getTracer(SCOPE)
      .startSpan(`workflow ${workflow}`, { kind: SpanKind.CONSUMER, attributes }, around)
    return runSpan(span, trace.setSpan(around, span), attributes)
  },
}

type OfRun = { readonly 'pawl.run_id': string; readonly 'pawl.workflow': string }

const runSpan = (span: Span, within: Context, attributes: OfRun): RunSpan => ({
  traceparent: toTraceparent(span.spanContext()),
  step(step, agent) {
    const name = `step ${step}`
    const own = { ...attributes, 'pawl.step': step, ...(agent === null ? {} : { 'pawl.agent': agent }) }
    const started = trace.getTracer(SCOPE).startSpan(name, { attributes: own }, within)
    return stepSpan(started, trace.setSpan(within, started))
  },
  end(outcome) {
    span.setAttribute('pawl.outcome', outcome)
    if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  },
})

const stepSpan = (span: Span, within: Context): StepSpan => ({
  traceparent: toTraceparent(span.spanContext()),
  within: (fn) => context.with(within, fn),
  end(error, attempts) {
    span.setAttribute('pawl.attempts', attempts)
    if (error !== undefined) fail(span, error)
    span.end()
  },
})

function fail(span: Span, { name, message, code }: ErrorRecord): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message })
  span.recordException({ name, message, ...(code === undefined ? {} : { code }) })
}
