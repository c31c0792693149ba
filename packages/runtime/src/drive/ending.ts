import { encodePayload, type NewEntry, type Next } from '@pawl/state-store'
import { recordError } from '../errors.ts'
import type { RunResult } from './run-result.ts'

export interface Ending {
  readonly entry: NewEntry
  readonly next: Next
  /** The result as it is recorded: an output that is not JSON makes it a failure. */
  readonly result: RunResult
}

/** The last entry of a run, and the status that it gives it. */
export function endingOf(result: RunResult): Ending {
  if (result.status === 'completed') return completed(result.output)
  const { status } = result
  if (status === 'failed') {
    const { error, failedSteps } = result
    const meta = failedSteps.length === 0 ? {} : { meta: { failedSteps } }
    return { entry: { kind: 'failed', payload: error, ...meta }, next: { status }, result }
  }
  const { reason, inbox } = result
  return {
    entry: { kind: 'cancelled', payload: { reason }, meta: { reason, inbox } },
    next: { status },
    result,
  }
}

function completed(output: unknown): Ending {
  try {
    const encoded = encodePayload(output, 'The output of the workflow', 2_000)
    const result: RunResult = { status: 'completed', output: JSON.parse(encoded) }
    return {
      entry: { kind: 'completed', encoded, payload: result.output },
      next: { status: 'completed' },
      result,
    }
  } catch (error) {
    return endingOf({ status: 'failed', error: recordError(error), failedSteps: [] })
  }
}
