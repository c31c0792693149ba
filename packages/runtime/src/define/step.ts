import type { LogLevel } from '@pawl/state-store'

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
  /**
   * Writes text for whoever follows the run, such as the tokens of a model: it goes to the event bus, joined for 50 ms or
   * up to 4 KB, and beside the journal to the store, for those who follow elsewhere. A retry begins anew; what an attempt
   * writes after it ended is left out. It is not the step's output, and may be lost with the process. Throws
   * `INVALID_INPUT` for what is not a string.
   */
  write(text: string): void
  /** Says how far the step is, in percent. Moves the run's percentage for who follows it in this process; not durable. */
  progress(percent: number): void
  /** Says something to whoever watches the run, as `ctx.log` does; each attempt says it again. */
  log(message: string, details?: unknown, level?: LogLevel): void
  /**
   * Counts tokens that the step used; they stand in the journal with its outcome. Anything but a finite number from 0 is
   * not counted, and told as `runtime.warning` with the code `INVALID_TOKENS`; the step goes on.
   */
  useTokens(count: number): void
}
