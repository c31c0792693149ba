/** What the bench tells its server process; each is answered with an {@link Answer}. */
export type Order =
  /** Emit events of the job, one a turn of the event loop. */
  | { readonly do: 'emit'; readonly events: number }
  /** Emit so many bytes to each of so many jobs, in events of the usual size, and say what was held at most. */
  | { readonly do: 'flood'; readonly jobs: number; readonly bytes: number }
  /** Collect garbage and say how much memory is resident. */
  | { readonly do: 'weigh' }

export interface Answer {
  /** When it is ready: the port. */
  readonly port?: number
  /** Resident bytes. */
  readonly rss?: number
  /** Bytes that were reachable at most, by samples. */
  readonly held?: number
}

export const EVENT_BYTES = 300
export const JOB = 'job-1'
export const MAX_BUFFERED_BYTES = 1_048_576
export const jobOf = (n: number): string => `job-${n}`
