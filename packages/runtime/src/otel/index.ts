import type { Telemetry } from '../drive/tracing.ts'
import { measure } from './measures.ts'
import { spans } from './spans.ts'

/**
 * Spans and metrics through `@opentelemetry/api`, with whatever SDK the program has registered; without one nothing
 * is recorded. The trace context of whoever starts a run stands in its journal: every process that works on the run
 * continues that trace. What a step calls belongs to the step's span; `step.traceparent` is for what is not
 * instrumented.
 */
export const openTelemetry = (): Telemetry => ({ tracing: spans, watch: measure })
