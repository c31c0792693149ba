import type { Json } from './json.ts'

/** The statuses of a run. The last three are final until somebody resumes or rolls back the run. */
export const RUN_STATUSES = ['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const

export type RunStatus = (typeof RUN_STATUSES)[number]

/** Whether a run in this status has ended. */
export const isFinished = (status: RunStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** One run as its row says. All times are epoch milliseconds of the store's clock. */
export interface Run {
  readonly runId: string
  /** The caller's own name for the run, unique among the open runs of a namespace. */
  readonly key: string | null
  /** The workflow's name. */
  readonly type: string
  /** The version of the workflow's definition that opened the run. */
  readonly definitionVersion: string
  /** The newest entry format in the journal. */
  readonly format: number
  readonly status: RunStatus
  /** Raised by every rollback. */
  readonly epoch: number
  /** The version of the last entry. */
  readonly version: number
  /** Raised by every claim, rollback and resume; the holder of the current fence alone may append. */
  readonly fence: number
  /** The worker that holds the run, if one does. */
  readonly worker: string | null
  /** Claims since the last progress. */
  readonly claims: number
  /** When the run may be claimed; `null` while it is held, finished, or waits for a message only. */
  readonly readyAt: number | null
  /** What it waits for, as whoever gave it back named it: an agent that is out of reach. `null` unless it is `waiting`. */
  readonly waitsFor: string | null
  /** The number of messages that its inbox has received. */
  readonly inbox: number
  /** UTF-8 bytes of the journal's payloads and metadata. */
  readonly bytes: number
  /** Where a fork came from. */
  readonly parent: { readonly runId: string; readonly version: number } | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly finishedAt: number | null
  /** When its journal was compacted to its result; `null` while it is whole. */
  readonly compactedAt: number | null
}

/** What to do when a run with the same `key` exists. */
export type OnKey =
  /** Return it, open or finished. */
  | 'return'
  /** Throw `KEY_IN_USE`. */
  | 'error'
  /** Return it if it is open; otherwise open a new run. */
  | 'new-if-finished'

/** A claim that is made together with the opening of a run, so that both cost one call. */
export interface ClaimFor {
  readonly worker: string
  /** The worker's lease, if it has none yet, in milliseconds. */
  readonly leaseMs: number
}

export interface NewRun {
  readonly type: string
  readonly input?: unknown
  /** The input as text that `encodePayload` made; spares encoding it again. */
  readonly encodedInput?: string
  /** Default `'1'`. */
  readonly definitionVersion?: string
  readonly key?: string
  /** Default `'return'`. */
  readonly onKey?: OnKey
  /** A UUID for the run; made by the store if absent. Opening the same id again returns the first run. */
  readonly runId?: string
  /** The first moment the run may be claimed, from now, in milliseconds. Default 0. */
  readonly readyInMs?: number
  readonly claimFor?: ClaimFor
  /** The W3C trace context of whoever opens the run; kept in the metadata of its first entry. */
  readonly traceparent?: string
}

export interface OpenedRun {
  readonly runId: string
  /** `false` if the run existed before, found by `key`. */
  readonly created: boolean
  readonly status: RunStatus
  readonly version: number
  readonly epoch: number
  /** Set if the run is held by the worker of `claimFor`. */
  readonly fence: number | null
  /** The store's time of this call. */
  readonly at: number
}

export interface RunFilter {
  readonly status?: RunStatus | readonly RunStatus[]
  readonly type?: string
  readonly key?: string
  /** Runs created at or after this time. */
  readonly since?: number
  /** Runs created before this time. */
  readonly until?: number
  /** `newest` (default) for people; `oldest` for a reader that follows: no late commit is skipped. */
  readonly order?: 'newest' | 'oldest'
  /** Default 100, at most 1,000. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  /**
   * Where to go on. With `order: 'oldest'` it is always set, so that a reader can follow;
   * otherwise it is `null` after the last page.
   */
  readonly next: string | null
}

/** One message in a run's inbox. The holder reads it; anybody may write it. */
export interface InboxItem {
  /** Its place in the inbox, from 1. */
  readonly seq: number
  readonly id: string
  readonly kind: InboxKind
  readonly name: string
  readonly payload: Json
  readonly at: number
}

export type InboxKind = 'signal' | 'cancel'

export interface InboxMessage {
  readonly runId: string
  readonly kind: InboxKind
  /** The signal's name; for a cancel request, its reason. */
  readonly name: string
  readonly payload?: unknown
  /** The same id again is accepted and ignored. Made by the store if absent. */
  readonly id?: string
}

export type SendVerdict =
  | { readonly ok: true; readonly seq: number; readonly duplicate: boolean }
  | { readonly ok: false; readonly reason: 'finished'; readonly status: RunStatus }
