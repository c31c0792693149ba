import type { NewEntry } from './entry.ts'
import type { RunStatus } from './run.ts'

/** What becomes of the run with this commit. */
export type Next =
  /** The holder goes on. */
  | { readonly status: 'running' }
  /**
   * Nobody holds it; it may be claimed again after `readyInMs`, or at once when a message arrives. `waitsFor` names what
   * it waits for: whoever knows that it is there calls `unpark`.
   */
  | {
      readonly status: 'waiting'
      readonly readyInMs?: number
      readonly inboxSeen: number
      readonly waitsFor?: string
    }
  /** It is over. */
  | { readonly status: 'completed' | 'failed' | 'cancelled' }

/**
 * One fenced write: appends `entries` as versions `version`, `version + 1`, … and moves the run on.
 * It is refused unless `fence` is current and `version` is the last version plus one.
 * The same commit again (same fence, version and content) returns the first verdict.
 */
export interface Commit {
  readonly runId: string
  readonly worker: string
  readonly fence: number
  readonly version: number
  readonly entries: readonly NewEntry[]
  /** Default: the run goes on with its holder. */
  readonly next?: Next
}

export type RefusalReason =
  /** Another claim, a rollback or a resume took the run. */
  | 'stale_fence'
  /** `version` is not the last version plus one, or holds other content. */
  | 'version_conflict'
  /** The run has ended. */
  | 'finished'
  /** The step has an entry in this epoch. */
  | 'duplicate_step'
  /** The run holds as many entries, or bytes, as it may; only an ending is accepted. */
  | 'run_limit'
  | 'unknown_run'

export type Verdict =
  | {
      readonly ok: true
      /** The version of the last entry of this commit. */
      readonly version: number
      readonly status: RunStatus
      /** How many messages the inbox has received: more than the holder has seen means mail. */
      readonly inbox: number
      readonly at: number
    }
  | {
      readonly ok: false
      readonly reason: RefusalReason
      /** For people: names the run and the next action. */
      readonly message: string
    }
