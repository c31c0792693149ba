import type { StoreConfig } from './demo-store.ts'
import type { WorkflowName } from './order.ts'

/** What a demo worker is told when it is started, as one JSON argument. */
export interface WorkerOptions {
  readonly name: string
  readonly store: StoreConfig
  /** What it takes; it leaves all else to others. */
  readonly workflows: readonly WorkflowName[]
  /** The worker kills itself with SIGKILL when this many steps are recorded; never, if absent. */
  readonly dieAfterSteps?: number
}

/** A short lease, so that the other worker takes over while you watch. */
export const LEASE_MS = 2_000
