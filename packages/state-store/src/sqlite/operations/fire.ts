import type { EntryRow } from '../../engine/entry-row.ts'
import type { FireOperation, ScheduleResults } from '../../engine/schedules.ts'
import type { Scope } from '../scope.ts'
import { prepareOpen } from './open.ts'
import { prepareFindSchedule } from './schedule.ts'

/**
 * fire: opens the run of a tick and moves its schedule on. Idempotent by the run's key: whoever fires the tick again
 * gets its run, also after the schedule has moved on.
 *
 * Reads run (by key); writes run, entry, schedule.
 */
export function prepareFire(scope: Scope) {
  const { db, namespace } = scope
  const find = prepareFindSchedule(scope)
  const input = db.prepare('select input from schedule where namespace = ? and id = ?')
  const byKey = db.prepare('select id from run where namespace = ? and key = ? order by no desc limit 1')
  const move = db.prepare(`
    update schedule set next_at = ?, last_at = ?, last_run_id = ?, updated_at = ? where namespace = ? and id = ?`)
  const open = prepareOpen(scope)

  return (operation: FireOperation): ScheduleResults['fire'] => {
    const { id, from, to, key, runId } = operation
    const schedule = find(id)
    if (schedule === null) return { ok: false, reason: 'unknown_schedule' }
    const made = byKey.get(namespace, key) as { readonly id: string } | undefined
    const nextAt = schedule.next_at
    if (nextAt !== from) {
      if (made === undefined) return { ok: false, reason: 'moved', nextAt }
      return { ok: true, runId: made.id, created: made.id === runId, nextAt }
    }
    if (schedule.paused) return { ok: false, reason: 'paused', nextAt }
    const entry = started((input.get(namespace, id) as { readonly input: string }).input, operation.format)
    const opened = open({
      op: 'open',
      runId,
      key,
      onKey: 'return',
      type: schedule.type,
      definitionVersion: schedule.definition_version,
      readyInMs: 0,
      claimFor: null,
      entry,
    })
    move.run(to, from, opened.runId, scope.now, namespace, id)
    return { ok: true, runId: opened.runId, created: opened.runId === runId, nextAt: to }
  }
}

const started = (payload: string, format: number): EntryRow => ({
  kind: 'started',
  step: null,
  slot: null,
  hash: null,
  format,
  payload,
  meta: '{}',
  lifecycle: true,
})
