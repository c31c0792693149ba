import type { InboxKind, RunStatus } from '../contract/run.ts'
import type { LogLevel } from '../contract/telemetry.ts'

// What an engine answers a read with: columns as the tables have them, payloads still encoded.

export interface RunRow {
  /** Its place in the order of opening. */
  readonly no: number
  readonly run_id: string
  readonly key: string | null
  readonly type: string
  readonly definition_version: string
  readonly format: number
  readonly status: RunStatus
  readonly epoch: number
  readonly version: number
  readonly fence: number
  readonly worker: string | null
  readonly claims: number
  readonly ready_at: number | null
  readonly inbox: number
  readonly unsent_from: number | null
  readonly bytes: number
  readonly parent_run_id: string | null
  readonly parent_version: number | null
  readonly created_at: number
  readonly updated_at: number
  readonly finished_at: number | null
  readonly compacted_at: number | null
  readonly waits_for: string | null
}

export interface JournalRow {
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly kind: string
  readonly step: string | null
  readonly hash: string | null
  readonly at: number
  readonly format: number
  readonly payload: string
  readonly meta: string
}

export interface InboxRow {
  readonly seq: number
  readonly id: string
  readonly kind: InboxKind
  readonly name: string
  readonly payload: string
  readonly at: number
}

export interface KeptOutputRow {
  readonly place: number
  readonly at: number
  readonly step: string
  readonly epoch: number
  readonly fence: number
  readonly attempt: number
  readonly start: number
  readonly payload: string
}

interface KeptRow {
  readonly id: string
  readonly at: number
  readonly run_id: string | null
  readonly step: string | null
  readonly agent: string | null
}

export interface KeptLogRow extends KeptRow {
  readonly level: LogLevel
  readonly message: string
  /** JSON text. */
  readonly context: string | null
}

export interface KeptSampleRow extends KeptRow {
  readonly name: string
  readonly value: number
  /** JSON text. */
  readonly tags: string | null
}
