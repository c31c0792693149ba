import type { Entry, Json } from '@pawl/state-store'
import type { ErrorRecord } from '../errors.ts'

/** Which text a piece belongs to: that of a later epoch, in it a later fence, in that a later attempt takes its place. */
export interface OfText {
  /** Raised by a rollback. */
  readonly epoch: number
  /** Raised when a run is taken over, also after a crash. */
  readonly fence: number
  readonly attempt: number
}

/** What every item of a stream says. */
interface Told {
  readonly runId: string
  readonly workflow: string
  /** The journal's version as of this item. */
  readonly version: number
  readonly agent: string | null
  readonly at: number
  /** From 0 to 100; `null` while nobody knows how many steps there will be. */
  readonly percent: number | null
  /** Where to take the stream up again after this item: for `after`. One line of ASCII, opaque. */
  readonly cursor: string
}

/** A committed entry of the journal. */
interface Committed extends Told {
  readonly type:
    | 'started'
    | 'step_completed'
    | 'step_failed'
    | 'step_skipped'
    | 'signal_received'
    | 'resumed'
    | 'rolled_back'
    | 'completed'
    | 'failed'
    | 'cancelled'
  readonly step: string | null
  /** The output, the error or the input, as the type says; of `resumed` and `rolled_back` `{ toVersion, fromStep, reason }`. */
  readonly data: unknown
}

/** Text that a step wrote. It goes to `offset` in the text of its attempt, in UTF-16 units. */
interface Written extends Told {
  readonly type: 'output'
  readonly step: string
  readonly data: OfText & { readonly offset: number; readonly text: string }
}

/** What the step wrote behind `to` does not count any more: it was tried again, taken over, or rolled back. */
interface Rewound extends Told {
  readonly type: 'output_rewind'
  readonly step: string
  readonly data: OfText & { readonly to: number }
}

/** The outcome of the step is recorded; its text has this length. Told before the step's own entry. */
interface Ended extends Told {
  readonly type: 'output_ended'
  readonly step: string
  readonly data: OfText & { readonly length: number }
}

/** What is not in the journal, and known in the process that drives the run alone. */
interface UnderWay extends Told {
  readonly type: 'step_started'
  readonly step: string
  readonly data: null
}

interface Retried extends Told {
  readonly type: 'step_retried'
  readonly step: string
  readonly data: { readonly attempt: number; readonly error: ErrorRecord }
}

interface Advanced extends Told {
  readonly type: 'step_progress'
  readonly step: string
  /** In percent, as the step said. */
  readonly data: { readonly done: number }
}

/** Nobody holds the run: it waits for a time, a signal, or an agent. */
interface Waiting extends Told {
  readonly type: 'waiting'
  readonly step: null
  /** When it goes on by itself, in the store's time; `null` if something has to come. */
  readonly data: { readonly readyAt: number | null }
}

/** One thing that happened in a run, as `streamWorkflow` and `followWorkflow` tell it. */
export type WorkflowProgress = Committed | Written | Rewound | Ended | UnderWay | Retried | Advanced | Waiting

export type CommittedType = Committed['type']

const COMMITTED: ReadonlySet<string> = new Set<CommittedType>([
  'started',
  'step_completed',
  'step_failed',
  'step_skipped',
  'signal_received',
  'resumed',
  'rolled_back',
  'completed',
  'failed',
  'cancelled',
])

/** Whether a stream tells of the entry. */
export const isTold = (
  entry: Entry,
): entry is Entry & { readonly kind: CommittedType; readonly payload: Json } => COMMITTED.has(entry.kind)
