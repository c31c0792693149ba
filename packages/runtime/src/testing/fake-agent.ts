import type { Json } from '@pawl/state-store'
import { type Agent, agent } from '../define/agent.ts'
import type { StepContext } from '../define/step.ts'

/** What a fake agent answers: the same each time, one answer after another, or what a function says. */
export type FakeAnswer<Output> = Output | ((input: unknown, step: StepContext) => Output | Promise<Output>)

export interface FakeAgent<Id extends string, Output> extends Agent<Id, unknown, Output> {
  /** Every call so far, oldest first: what it was given, and by which attempt. */
  readonly calls: readonly {
    readonly input: unknown
    readonly attempt: number
    readonly idempotencyKey: string
  }[]
}

/**
 * An agent that answers what the test wants and remembers how it was called. `failures` makes its first calls fail,
 * one error each. It has no breaker, so that a test of failures does not open one.
 */
export function fakeAgent<const Id extends string, Output = Json>(
  id: Id,
  answer: FakeAnswer<Output>,
  options: { readonly failures?: readonly unknown[]; readonly retry?: number } = {},
): FakeAgent<Id, Output> {
  const calls: { input: unknown; attempt: number; idempotencyKey: string }[] = []
  const failures = [...(options.failures ?? [])]
  const made = agent(id, {
    breaker: false,
    ...(options.retry === undefined
      ? {}
      : { retry: { retries: options.retry, minDelayMs: 1, maxDelayMs: 1 } }),
    async run(input: unknown, step: StepContext): Promise<Output> {
      calls.push({ input, attempt: step.attempt, idempotencyKey: step.idempotencyKey })
      if (failures.length > 0) throw failures.shift()
      return typeof answer === 'function'
        ? (answer as (input: unknown, step: StepContext) => Output | Promise<Output>)(input, step)
        : answer
    },
  })
  return Object.assign(made, { calls })
}
