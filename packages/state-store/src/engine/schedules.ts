import type { AdvanceVerdict, FireVerdict } from '../contract/schedules.ts'

// What an engine is asked about schedules, and what it answers; spec and input still encoded.

export interface ScheduleRow {
  readonly id: string
  readonly spec: string
  readonly type: string
  readonly definition_version: string
  readonly paused: boolean
  readonly next_at: number | null
  readonly last_at: number | null
  readonly last_run_id: string | null
  readonly created_at: number
  readonly updated_at: number
}

export interface PutScheduleOperation {
  readonly op: 'put_schedule'
  readonly id: string
  readonly spec: string
  readonly type: string
  readonly definitionVersion: string
  readonly input: string
  /** The first tick: one of the two. */
  readonly at: number | null
  readonly inMs: number | null
}

export interface PauseScheduleOperation {
  readonly op: 'pause_schedule'
  readonly id: string
  readonly paused: boolean
}

export interface RemoveScheduleOperation {
  readonly op: 'remove_schedule'
  readonly id: string
}

export interface FireOperation {
  readonly op: 'fire'
  readonly id: string
  readonly from: number
  readonly to: number | null
  /** Of the run that the tick opens. */
  readonly key: string
  readonly runId: string
  /** The entry format of its `started`. */
  readonly format: number
}

export interface AdvanceOperation {
  readonly op: 'advance'
  readonly id: string
  readonly from: number
  readonly to: number | null
}

export type ScheduleOperation =
  | PutScheduleOperation
  | PauseScheduleOperation
  | RemoveScheduleOperation
  | FireOperation
  | AdvanceOperation

export interface ScheduleResults {
  readonly put_schedule: ScheduleRow
  readonly pause_schedule: ScheduleRow | null
  readonly remove_schedule: null
  readonly fire: FireVerdict
  readonly advance: AdvanceVerdict
}

export type ScheduleReadOperation =
  | { readonly op: 'schedule'; readonly id: string }
  | SchedulesOperation
  | { readonly op: 'due'; readonly withinMs: number; readonly limit: number }

export interface SchedulesOperation {
  readonly op: 'schedules'
  readonly type: string | null
  readonly paused: boolean | null
  readonly limit: number
  /** The id of the last one of the page before. */
  readonly after: string | null
}

export interface ScheduleReadResults {
  readonly schedule: (ScheduleRow & { readonly input: string }) | null
  readonly schedules: readonly ScheduleRow[]
  readonly due: readonly ScheduleRow[]
}
