import type { AgentMetrics, WorkflowMetrics as StoredWorkflow } from '@pawl/state-store'
import type { Live } from './live.ts'
import { translateStoreError } from './store-errors.ts'

export interface MetricsFilter {
  /** In the store's time, epoch milliseconds. Default: 24 hours before `until`. */
  readonly since?: number
  /** Before this time. Default: now. */
  readonly until?: number
  /** Only what this agent did; `workflows` is empty then. */
  readonly agent?: string
  /** Only this workflow, and what agents did in its runs. */
  readonly workflow?: string
}

/** How a workflow did: see the store's `WorkflowMetrics` for what each number counts. */
export interface WorkflowMetrics extends Omit<StoredWorkflow, 'type'> {
  readonly workflow: string
}

export interface RuntimeMetrics {
  readonly since: number
  readonly until: number
  readonly workflows: readonly WorkflowMetrics[]
  readonly agents: readonly AgentMetrics[]
}

/** Counts, success, retries, tokens and durations over the whole store, whichever process did the work. */
export async function readMetrics(
  { parts: { store } }: Live,
  { workflow, ...filter }: MetricsFilter,
): Promise<RuntimeMetrics> {
  const type = workflow === undefined ? {} : { type: workflow }
  const metrics = await translateStoreError(store.metrics({ ...filter, ...type }))
  const workflows = metrics.workflows.map(({ type, ...rest }) => ({ workflow: type, ...rest }))
  return { ...metrics, workflows }
}
