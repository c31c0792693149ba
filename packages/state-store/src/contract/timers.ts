import type { Run } from './run.ts'

/** A run that waits for a time. */
export interface Timer {
  readonly run: Run
  /** When the run becomes ready, unless a message wakes it before; after now, in the store's time. */
  readonly wakeAt: number
}

export interface TimerFilter {
  /** Of this workflow alone. */
  readonly type?: string
  /** Runs that become ready before this time. */
  readonly until?: number
  /** Default 100, at most 1,000. */
  readonly limit?: number
  /** The `next` of the page before. A timer that is set meanwhile for a time before it is not on the pages after it. */
  readonly cursor?: string
}
