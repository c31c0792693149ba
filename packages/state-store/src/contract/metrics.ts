/** How long things took, in milliseconds; null if nothing was measured. */
export interface Durations {
  readonly mean: number | null
  /** Percentiles by nearest rank: durations that were measured, over all of them at once. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** Outcomes of steps that were recorded, rolled-back ones too: the work was done. */
export interface StepMetrics {
  readonly count: number
  readonly completed: number
  readonly failed: number
  /** From 0 to 1; null without any. */
  readonly successRate: number | null
  readonly attempts: number
  /** Attempts after the first one of each. */
  readonly retries: number
  readonly tokens: number
  /** With all attempts and the pauses between them. */
  readonly durationMs: Durations
}

export interface AgentMetrics extends StepMetrics {
  readonly agent: string
}

export interface WorkflowMetrics {
  readonly type: string
  /** Runs that ended in that time, as they stand now: a run that failed, was resumed and completed counts once. */
  readonly count: number
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
  /** Of those that completed or failed, from 0 to 1; null without any. */
  readonly successRate: number | null
  /** From the opening of a run to its end. */
  readonly durationMs: Durations
  /** Runs that are not over, as they are now, whatever time was asked for. */
  readonly now: { readonly queued: number; readonly running: number; readonly waiting: number }
  /** The outcomes of its steps that were recorded in that time, with an agent or without, also of runs that go on. */
  readonly steps: StepMetrics
}

export interface Metrics {
  readonly since: number
  readonly until: number
  /** By name; empty if one agent was asked for. */
  readonly workflows: readonly WorkflowMetrics[]
  /** By name. */
  readonly agents: readonly AgentMetrics[]
}

export interface MetricsFilter {
  /** Default: 24 hours before `until`. */
  readonly since?: number
  /** Before this time, in the store's. Default: now. */
  readonly until?: number
  /** Only this workflow, and what agents did in its runs. */
  readonly type?: string
  /** Only what this agent did. */
  readonly agent?: string
}

/** The time that metrics are about unless told otherwise, in milliseconds: a day. */
export const DEFAULT_METRICS_MS = 86_400_000
