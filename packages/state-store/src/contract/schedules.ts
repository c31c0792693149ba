import type { Json } from './json.ts'
import type { Page } from './run.ts'

/** A schedule: runs to open, one a tick. What its spec means is the business of whoever reads it. */
export interface Schedule {
  readonly id: string
  /** When its ticks are, in the words of the program that computes them. Never secret: a codec does not pass over it. */
  readonly spec: Json
  /** Of the runs that it opens. */
  readonly type: string
  readonly definitionVersion: string
  readonly paused: boolean
  /** The next tick, in the store's time; `null` when there is none any more. */
  readonly nextAt: number | null
  /** The last tick that opened a run, and that run; `null` before the first. */
  readonly last: { readonly at: number; readonly runId: string } | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** A schedule with the input of its runs, which lists leave out. */
export interface ScheduleDetails extends Schedule {
  readonly input: Json
}

export interface NewSchedule {
  /** At most {@link MAX_SCHEDULE_ID_LENGTH} characters. */
  readonly id: string
  /** JSON, at most `MAX_DETAILS_LENGTH` characters. */
  readonly spec: unknown
  /** What each tick opens. The input is a payload: a codec passes over it. */
  readonly run: {
    readonly type: string
    readonly input?: unknown
    /** Default `'1'`. */
    readonly definitionVersion?: string
  }
  /** The first tick: a time of the store, or a duration from now in milliseconds. */
  readonly first: { readonly at: number } | { readonly inMs: number }
}

export interface ScheduleFilter {
  readonly type?: string
  readonly paused?: boolean
  /** Default 100, at most 200. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

/** A tick and the one after it, both in the store's time. */
export interface Tick {
  readonly id: string
  /** The `nextAt` that the caller read. */
  readonly from: number
  /** The tick after it, later than `from`; `null` if there is none. */
  readonly to: number | null
}

export type FireVerdict =
  | {
      readonly ok: true
      /** The run of the tick. */
      readonly runId: string
      /** Whether this call opened it; `false` if another process fired the same tick before. */
      readonly created: boolean
      /** The schedule's next tick now. */
      readonly nextAt: number | null
    }
  | ScheduleRefusal

export type AdvanceVerdict =
  | { readonly ok: true; readonly nextAt: number | null }
  | Exclude<ScheduleRefusal, { readonly reason: 'paused' }>

export type ScheduleRefusal =
  /** The next tick is not `from`: another process moved the schedule on without opening a run, or it was put anew. */
  | { readonly ok: false; readonly reason: 'moved'; readonly nextAt: number | null }
  | { readonly ok: false; readonly reason: 'paused'; readonly nextAt: number | null }
  | { readonly ok: false; readonly reason: 'unknown_schedule' }

/** The longest id of a schedule: with its tick it becomes the key of a run. */
export const MAX_SCHEDULE_ID_LENGTH = 480

/** The key of the run that a tick opens. */
export const scheduledKey = (id: string, at: number): string => `schedule/${id}/${at}`

/**
 * Schedules of this store and namespace. The store keeps them, knows which are due, and opens the run of a tick once,
 * however many processes fire it; computing the next tick is the caller's.
 *
 * One loop in each process does it: `due`, then for each schedule `fire` with the tick after.
 */
export interface Schedules {
  /**
   * Makes a schedule, or changes the one with this id. The same `spec` again, as text, keeps the next tick, so that a
   * program may put its schedules at each start; another spec sets it to `first`. Whether it is paused stays.
   * Rejects with `NOT_JSON`, `ENTRY_TOO_LARGE`.
   */
  put(schedule: NewSchedule): Promise<Schedule>

  /** The schedule, or `undefined`. */
  read(id: string): Promise<ScheduleDetails | undefined>

  /** A page of schedules by id. One that stays is on exactly one page. */
  list(filter?: ScheduleFilter): Promise<Page<Schedule>>

  /**
   * Schedules whose tick is due and that are not paused, the longest due first. `withinMs` (default 0) asks for those
   * that will be due by then as well. `limit`: default 100, at most 200.
   */
  due(filter?: { readonly limit?: number; readonly withinMs?: number }): Promise<readonly Schedule[]>

  /**
   * Opens the run of tick `from` and moves the schedule on to `to`, in one transaction. The run's key is
   * `schedule/<id>/<from>`. A second call, and another process that fires the same tick, get the same run.
   * Refused for a tick that is not the next one and has no run. Whether the tick is due is the caller's business.
   */
  fire(tick: Tick): Promise<FireVerdict>

  /** Moves the schedule on without opening a run, paused or not: a tick is skipped. A second call gets the first verdict. */
  advance(tick: Tick): Promise<AdvanceVerdict>

  /** Keeps its ticks from being due. `undefined` if there is no such schedule. */
  pause(id: string): Promise<Schedule | undefined>

  /** Ends a pause. A tick that passed meanwhile is due at once: skip it with `advance`, or fire it. */
  unpause(id: string): Promise<Schedule | undefined>

  /** Forgets the schedule; the runs that it opened stay. One that is not there is forgotten already. */
  remove(id: string): Promise<void>
}
