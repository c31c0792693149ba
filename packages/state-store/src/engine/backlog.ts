/** Counts the runs of a namespace that a worker holds, or may claim now or later. */
export interface BacklogOperation {
  readonly op: 'backlog'
  /** Of types that begin so; empty for all. */
  readonly prefix: string
}

export interface BacklogRow {
  readonly type: string
  readonly definition_version: string
  readonly ready: number
  readonly delayed: number
  readonly waiting: number
  readonly running: number
  readonly ready_since: number | null
}

export interface BacklogResult {
  readonly at: number
  readonly parts: readonly BacklogRow[]
}
