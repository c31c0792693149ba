import type { Json } from '@pawl/state-store'
import { type Agent, agent } from '../define/agent.ts'
import type { StepContext } from '../define/step.ts'
import { RuntimeError } from '../errors.ts'

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
 * one error each: those of a list, or that many. It has no breaker, so that a test of failures does not open one. Throws
 * `INVALID_DEFINITION` for `failures` that are neither.
 */
export function fakeAgent<const Id extends string, Output = Json>(
  id: Id,
  answer: FakeAnswer<Output>,
  options: { readonly failures?: readonly unknown[] | number; readonly retry?: number } = {},
): FakeAgent<Id, Output> {
  const calls: { input: unknown; attempt: number; idempotencyKey: string }[] = []
  const failures = failuresOf(id, options.failures ?? [])
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

function failuresOf(id: string, failures: readonly unknown[] | number): unknown[] {
  if (Array.isArray(failures)) return [...failures]
  if (Number.isSafeInteger(failures) && (failures as number) >= 0) {
    return Array.from({ length: failures as number }, (_none, index) => new Error(`failure ${index + 1}`))
  }
  throw new RuntimeError(
    'INVALID_DEFINITION',
    `fakeAgent('${id}') takes 'failures' as a list of errors, one for each of its first calls, or as a whole number of calls that fail.`,
  )
}
