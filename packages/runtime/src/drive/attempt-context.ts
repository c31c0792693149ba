import type { StepContext } from '../define/step.ts'

/**
 * What a step's function gets. `signal` is a property of its own, so that `{ ...context }` has it, but with one getter
 * for all: each getter that is written out in an object makes V8 keep a hidden class for it, and all that it reaches,
 * until the old generation is collected.
 */
export class AttemptContext implements StepContext {
  readonly runId: StepContext['runId']
  readonly step: StepContext['step']
  readonly attempt: StepContext['attempt']
  readonly idempotencyKey: StepContext['idempotencyKey']
  readonly traceparent: StepContext['traceparent']
  readonly write: StepContext['write']
  readonly progress: StepContext['progress']
  readonly log: StepContext['log']
  readonly useTokens: StepContext['useTokens']
  declare readonly signal: AbortSignal
  readonly #attempt: { readonly signal: AbortSignal }

  constructor(attempt: { readonly signal: AbortSignal }, context: Omit<StepContext, 'signal'>) {
    this.#attempt = attempt
    this.runId = context.runId
    this.step = context.step
    this.attempt = context.attempt
    this.idempotencyKey = context.idempotencyKey
    this.traceparent = context.traceparent
    this.write = context.write
    this.progress = context.progress
    this.log = context.log
    this.useTokens = context.useTokens
    Object.defineProperty(this, 'signal', AttemptContext.signal)
  }

  /** Made on first access: a controller costs more than a step's bookkeeping. */
  static readonly signal: PropertyDescriptor & ThisType<AttemptContext> = {
    enumerable: true,
    get() {
      return this.#attempt.signal
    },
  }
}
