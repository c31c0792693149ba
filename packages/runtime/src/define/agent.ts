import type { BreakerOptions, RetryOptions } from '@pawl/resilience'
import { RuntimeError } from '../errors.ts'
import { type Duration, toMs } from './duration.ts'
import { checkId } from './names.ts'
import type { Schema } from './schema.ts'
import type { StepContext } from './step.ts'

/** How an agent's or a step's function is called. */
export interface CallPolicy {
  /** The longest one attempt may take. Default: no bound. */
  readonly timeout?: Duration
  /** Attempts after the first one fails: a number, or `{ retries, minDelayMs, maxDelayMs, factor, jitter, retryIf }`. Default 0. */
  readonly retry?: number | RetryOptions
}

export interface AgentOptions<Input, Output> extends CallPolicy {
  /** Shown on screens and in reports. */
  readonly description?: string
  /** Validates what a step passes in, before `run` is called. */
  readonly input?: Schema<unknown, Input>
  /** Does the work. It may run again after a crash: use `step.idempotencyKey` for side effects. */
  readonly run: (input: Input, step: StepContext) => Output | Promise<Output>
  /** The agent's circuit breaker, one for all its steps. Default: opossum's defaults; `false` for none. */
  readonly breaker?: BreakerOptions | false
  /**
   * What becomes of a step that finds the breaker open, or the agent disabled. `park` (default): the run waits, without
   * a worker, a lease or an attempt, until the agent may be asked again. `fail`: the step fails at once.
   */
  readonly whenOpen?: WhenOpen
  /** Of the agent itself, told to whoever lists agents. */
  readonly version?: string
  /** Names and values of your own, told to whoever lists agents; never secret. */
  readonly labels?: { readonly [name: string]: string }
  /** What it can do, in words of your own. */
  readonly capabilities?: readonly string[]
}

export type WhenOpen = 'park' | 'fail'

/** A named function with the rules of how it is called. */
export interface Agent<Id extends string = string, Input = never, Output = unknown>
  extends Omit<AgentOptions<Input, Output>, 'input'> {
  readonly id: Id
  readonly input?: Schema
}

// biome-ignore lint/suspicious/noExplicitAny: an agent of any input; its schema narrows what reaches `run`.
export type AnyAgent = Agent<string, any, unknown>

/** What an agent's `run` resolves to. */
export type OutputOf<A> = A extends { readonly run: (...args: never[]) => infer O } ? Awaited<O> : unknown

/**
 * Defines an agent. Throws `INVALID_NAME` for an id that is not 1 to 128 letters, digits, dashes or underscores,
 * with single dots between.
 */
export function agent<const Id extends string, Input, Output>(
  id: Id,
  options: AgentOptions<Input, Output>,
): Agent<Id, Input, Output> {
  checkId('agent', id)
  if (typeof options?.run !== 'function') {
    throw new RuntimeError('INVALID_DEFINITION', `Agent '${id}' needs a 'run' function.`)
  }
  if (options.timeout !== undefined) toMs(options.timeout)
  if (options.whenOpen !== undefined && options.whenOpen !== 'park' && options.whenOpen !== 'fail') {
    throw new RuntimeError('INVALID_DEFINITION', `'whenOpen' of agent '${id}' must be 'park' or 'fail'.`)
  }
  const { input, ...rest } = options
  return input === undefined ? { ...rest, id } : { ...rest, id, input: input as Schema }
}
