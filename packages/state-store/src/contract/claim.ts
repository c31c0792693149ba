/** A worker says that it lives. One heartbeat a worker, however many runs it holds. */
export interface Heartbeat {
  readonly worker: string
  /** How long the store may wait for the next one before it gives the worker's runs away, in milliseconds. */
  readonly leaseMs: number
}

export interface HeartbeatResult {
  readonly at: number
  readonly leaseUntil: number
  /** Every run that the worker holds; one that it thinks it holds and that is absent here is lost. */
  readonly held: readonly { readonly runId: string; readonly fence: number; readonly inbox: number }[]
}

export interface ClaimRequest extends Heartbeat {
  /** At most this many runs. */
  readonly limit: number
  /** The definitions that the worker can run. A run of another type or version is left alone. */
  readonly definitions: readonly { readonly type: string; readonly definitionVersion: string }[]
}

export interface ClaimedRun {
  readonly runId: string
  readonly type: string
  readonly definitionVersion: string
  readonly key: string | null
  readonly fence: number
  readonly version: number
  readonly epoch: number
  readonly inbox: number
  /** Claims without progress, this one included. */
  readonly claims: number
  /** Whether the worker before went silent or gave the run back, so that this claim continues its work. */
  readonly recovered: boolean
  /** The store's time of the claim. */
  readonly at: number
}

/** A run is given up as `crash_loop` when it would be claimed again after this many claims without progress. */
export const MAX_CLAIMS_WITHOUT_PROGRESS = 5
