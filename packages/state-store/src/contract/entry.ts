import type { Json } from './json.ts'

/** The newest entry format that this code writes and folds. */
export const ENTRY_FORMAT = 1

/** The kinds of journal entries. */
export const ENTRY_KINDS = [
  'started',
  'step_completed',
  'step_failed',
  'step_skipped',
  'timer_set',
  'timer_fired',
  'signal_received',
  'signal_timed_out',
  'shared_set',
  'completed',
  'failed',
  'cancelled',
  'resumed',
  'rolled_back',
  'forked',
  'compacted',
] as const

export type EntryKind = (typeof ENTRY_KINDS)[number]

/** Kinds that become messages to other processes: the journal is the outbox. */
export const LIFECYCLE_KINDS: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'started',
  'completed',
  'failed',
  'cancelled',
  'resumed',
  'rolled_back',
])

/** What is known about an entry beside its payload. Never secret: a codec does not pass over it. */
export interface EntryMeta {
  /** The agent that did the step. */
  readonly agent?: string
  /** How many attempts it took. */
  readonly attempts?: number
  /** The failed attempts before the last one, oldest first, bounded. */
  readonly errors?: readonly { readonly attempt: number; readonly message: string; readonly code?: string }[]
  readonly durationMs?: number
  readonly tokens?: number
  /** UTF-16 units that the last attempt wrote as output; absent if it wrote none. */
  readonly outputLength?: number
  /** The declared key or input that `hash` was made of, shortened, so that a mismatch can be shown. */
  readonly declared?: string
  /** On `failed`: the steps whose failure ended the run; a resume runs them again. */
  readonly failedSteps?: readonly string[]
  /** On `completed`: the results of the steps are the run's output, and are not written a second time as the payload. */
  readonly outputIs?: 'results'
  /** On `signal_received`: the inbox message that was consumed. */
  readonly inbox?: number
  /** On `resumed` and `rolled_back`: the version that counts from now on. */
  readonly toVersion?: number
  /** On `resumed` and `rolled_back`: the last recorded step before. */
  readonly fromStep?: string
  /** On `timer_set`: when it fires, in the store's time. */
  readonly wakeAt?: number
  /** On `started`: the W3C trace context of whoever opened the run. */
  readonly traceparent?: string
  /** The transaction that wrote the entry together with what the step's function wrote: an id of its own. */
  readonly transaction?: string
  readonly reason?: string
}

/** One journal entry. */
export interface Entry {
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly kind: EntryKind
  readonly step: string | null
  /** Hash of the step's declared key or input. */
  readonly hash: string | null
  /** When it was committed, in the store's time. */
  readonly at: number
  readonly format: number
  /** Input, output, error or signal, as the kind says. */
  readonly payload: Json
  readonly meta: EntryMeta
}

/** An entry before the store gave it a version, an epoch and a time. */
export interface NewEntry {
  readonly kind: EntryKind
  readonly step?: string
  readonly hash?: string
  readonly payload?: unknown
  /** The payload as text that `encodePayload` made; spares encoding it again. */
  readonly encoded?: string
  readonly meta?: EntryMeta
}

export interface EntryFilter {
  /** First version wanted. */
  readonly from?: number
  /** Last version wanted. */
  readonly to?: number
  /** Entries committed at or after this time. */
  readonly since?: number
  /** Entries committed before this time. */
  readonly until?: number
  readonly kinds?: readonly EntryKind[]
  /** Default 1,000, at most 10,000. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}
