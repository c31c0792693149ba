import type { ExecuteOptions, Work } from '@pawl/resilience'
import type { Refusal } from '../decide/parking.ts'

/** How a step's function is called. */
export interface CallRules {
  execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<Awaited<T>>
  /** Whether an error says that the agent was not asked, and may be asked later. */
  refuses?(error: unknown): boolean
  /** What such an error comes to as of now; `undefined` if the step has to live with the error. */
  refusal?(error: unknown): Promise<Refusal | undefined>
}
