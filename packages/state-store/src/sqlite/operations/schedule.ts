import type {
  AdvanceOperation,
  PauseScheduleOperation,
  PutScheduleOperation,
  RemoveScheduleOperation,
  ScheduleResults,
  ScheduleRow,
} from '../../engine/schedules.ts'
import type { Scope } from '../scope.ts'

/** A row as SQLite has it: without a type for truth. */
export type StoredSchedule = Omit<ScheduleRow, 'paused'> & { readonly paused: number }

export const SCHEDULE_COLUMNS =
  'id, spec, type, definition_version, paused, next_at, last_at, last_run_id, created_at, updated_at'

export const scheduleRow = <R extends StoredSchedule>({ paused, ...rest }: R) => ({
  ...rest,
  paused: paused === 1,
})

/** Reads the schedule of an id. */
export function prepareFindSchedule({ db, namespace }: Scope): (id: string) => ScheduleRow | null {
  const find = db.prepare(`select ${SCHEDULE_COLUMNS} from schedule where namespace = ? and id = ?`)
  return (id) => {
    const row = find.get(namespace, id) as StoredSchedule | undefined
    return row === undefined ? null : scheduleRow(row)
  }
}

/** put_schedule, pause_schedule, remove_schedule, advance. The same spec again keeps the next tick. */
export function prepareSchedules(scope: Scope) {
  const { db, namespace } = scope
  const find = prepareFindSchedule(scope)
  const put = db.prepare(`
    insert into schedule (namespace, id, spec, type, definition_version, input, next_at, created_at, updated_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (namespace, id) do update set
      type = excluded.type, definition_version = excluded.definition_version, input = excluded.input,
      next_at = case when schedule.spec = excluded.spec then schedule.next_at else excluded.next_at end,
      spec = excluded.spec, updated_at = excluded.updated_at`)
  const pause = db.prepare('update schedule set paused = ?, updated_at = ? where namespace = ? and id = ?')
  const remove = db.prepare('delete from schedule where namespace = ? and id = ?')
  const move = db.prepare('update schedule set next_at = ?, updated_at = ? where namespace = ? and id = ?')

  return {
    put_schedule(operation: PutScheduleOperation): ScheduleRow {
      const { id, spec, type, definitionVersion, input, at, inMs } = operation
      const now = scope.now
      put.run(namespace, id, spec, type, definitionVersion, input, at ?? now + (inMs ?? 0), now, now)
      return find(id)!
    },
    pause_schedule({ id, paused }: PauseScheduleOperation): ScheduleRow | null {
      if (find(id)?.paused === !paused) pause.run(paused ? 1 : 0, scope.now, namespace, id)
      return find(id)
    },
    remove_schedule({ id }: RemoveScheduleOperation): null {
      remove.run(namespace, id)
      return null
    },
    advance({ id, from, to }: AdvanceOperation): ScheduleResults['advance'] {
      const schedule = find(id)
      if (schedule === null) return { ok: false, reason: 'unknown_schedule' }
      if (schedule.next_at === to) return { ok: true, nextAt: to }
      if (schedule.next_at !== from) return { ok: false, reason: 'moved', nextAt: schedule.next_at }
      move.run(to, scope.now, namespace, id)
      return { ok: true, nextAt: to }
    },
  }
}
