/** What a step's function is given beside its input. */
export interface StepContext {
  readonly runId: string
  /** The step's full name in the journal. */
  readonly step: string
  /** From 1; a crash starts again at 1. */
  readonly attempt: number
  /** Fires on cancel, timeout, a lost lease and shutdown. Pass it on to whatever the step calls. */
  readonly signal: AbortSignal
  /** The same over all attempts and restarts, new after a rollback or fork: pass it to services that take one. */
  readonly idempotencyKey: string
  /** The W3C trace context of this step, for what the step calls; `undefined` without tracing. */
  readonly traceparent: string | undefined
  /** Says something to whoever watches the run. Not durable. */
  log(message: string, details?: unknown): void
  /** Counts tokens that the step used; they stand in the journal with its outcome. */
  useTokens(count: number): void
}
