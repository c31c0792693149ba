/** Counts what happened from `since` until before `until`, one piece: see `sql/functions/read-metrics.sql`. */
export interface MetricsOperation {
  readonly op: 'metrics'
  readonly since: number
  readonly until: number
  readonly type: string | null
  readonly agent: string | null
  readonly after: MetricsPlace | null
}

/** Where a piece goes on. Parts are numbered from 1, in the order in which they are looked at. */
export interface MetricsPlace {
  readonly part: number
  readonly at: number | null
  readonly no: number
}

export type RunCount = readonly [type: string, status: string, durationMs: number | null, count: number]

export type StepCount = readonly [
  type: string,
  agent: string | null,
  completed: boolean,
  durationMs: number | null,
  count: number,
  attempts: number,
  tokens: number,
]

export interface MetricsPiece {
  readonly runs: readonly RunCount[]
  readonly steps: readonly StepCount[]
  readonly next: MetricsPlace | null
}

export interface MetricsReadResults {
  readonly metrics: MetricsPiece
}
