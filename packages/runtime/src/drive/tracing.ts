import type { EventBus } from '@pawl/event-bus'
import type { ErrorRecord } from '../errors.ts'
import type { RuntimeEvents } from '../leave/events.ts'

/** One step's function with all its attempts, as tracing sees it. */
export interface StepSpan {
  /** W3C trace context for what the step calls. */
  readonly traceparent: string | undefined
  /** Calls a function such that what it starts belongs to the step. */
  within<T>(fn: () => T): T
  end(error: ErrorRecord | undefined, attempts: number): void
}

/** What one process does of a run, from its claim until it holds it no more. */
export interface RunSpan {
  readonly traceparent: string | undefined
  step(step: string, agent: string | null): StepSpan
  /** `outcome` is the run's status, or why this process holds it no more. */
  end(outcome: string): void
}

/** Where spans go. */
export interface Tracing {
  /** The trace context of whoever calls now: it stands in the journal, so that any process continues the trace. */
  current(): string | undefined
  /** `undefined` if nothing is traced. */
  run(of: {
    readonly runId: string
    readonly workflow: string
    readonly parent: string | undefined
  }): RunSpan | undefined
}

/** Where spans and metrics of a runtime go. */
export interface Telemetry {
  readonly tracing: Tracing
  /** Counts what a runtime tells of; returns what stops that. */
  watch(events: EventBus<RuntimeEvents>): () => void
}

export const noTracing: Tracing = { current: () => undefined, run: () => undefined }
