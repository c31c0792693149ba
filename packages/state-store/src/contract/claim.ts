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

/** A definition that a worker can run. */
export interface Claimable {
  readonly type: string
  readonly definitionVersion: string
  /**
   * A whole number; default 0. Runs of a higher rank are taken first, whatever waits under a lower one: it is the
   * worker's order, and stands on no run. Of one rank the longest ready comes first.
   */
  readonly rank?: number
}

export interface ClaimRequest extends Heartbeat {
  /** At most this many runs. */
  readonly limit: number
  /**
   * The definitions that the worker can run. A run of another type or version is left alone. One that is named twice
   * has the higher of its ranks.
   */
  readonly definitions: readonly Claimable[]
  /**
   * Only this run, if it may be claimed now or at a time to come, whatever its definition: for who knows how it goes on,
   * such as that somebody asked for its end. One that a live worker holds stays with it.
   */
  readonly runId?: string
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
