import { v7 as uuidv7 } from 'uuid'
import { MAX_DETAILS_LENGTH } from '../contract/agents.ts'
import { ENTRY_FORMAT } from '../contract/entry.ts'
import { invalidArgument } from '../contract/errors.ts'
import type { Json } from '../contract/json.ts'
import type { Page } from '../contract/run.ts'
import {
  type AdvanceVerdict,
  type FireVerdict,
  MAX_SCHEDULE_ID_LENGTH,
  type NewSchedule,
  type Schedule,
  type ScheduleDetails,
  type ScheduleFilter,
  type Schedules,
  scheduledKey,
  type Tick,
} from '../contract/schedules.ts'
import type { ScheduleRow } from '../engine/schedules.ts'
import type { Access } from './access.ts'
import { checkBoolean, checkDuration, checkLimit, checkName, checkText } from './checks.ts'
import { makeNameCursor, readNameCursor } from './cursor.ts'
import type { Encoder } from './encode.ts'

/** Schedules in front of an engine: checks, encodes and decodes. */
export class StoredSchedules implements Schedules {
  readonly #engine: Access
  readonly #encoder: Encoder

  constructor(engine: Access, encoder: Encoder) {
    this.#engine = engine
    this.#encoder = encoder
  }

  async put({ id, spec, run, first }: NewSchedule): Promise<Schedule> {
    const name = checkId(id)
    const details = this.#encoder.details(spec, `The spec of schedule '${name}'`, MAX_DETAILS_LENGTH)
    const input = this.#encoder.payload(run.input, `The input of schedule '${name}'`)
    const operation = {
      op: 'put_schedule',
      id: name,
      spec: details,
      type: checkName('type', run.type),
      definitionVersion: checkName('definitionVersion', run.definitionVersion ?? '1'),
      input,
      ...checkFirst(first),
    } as const
    return scheduleOf(await this.#engine.write(operation, input.length + details.length))
  }

  async read(id: string): Promise<ScheduleDetails | undefined> {
    const row = await this.#engine.read({ op: 'schedule', id: checkId(id) })
    return row === null ? undefined : { ...scheduleOf(row), input: this.#encoder.decode(row.input) }
  }

  async list({ type, paused, limit, cursor }: ScheduleFilter = {}): Promise<Page<Schedule>> {
    const most = checkLimit(limit, 100, 200)
    const rows = await this.#engine.read({
      op: 'schedules',
      type: type === undefined ? null : checkText('type', type),
      paused: paused === undefined ? null : checkBoolean('paused', paused),
      limit: most,
      after: readNameCursor('schedule', cursor),
    })
    const last = rows.at(-1)
    const next = last !== undefined && rows.length === most ? makeNameCursor('schedule', last.id) : null
    return { items: rows.map(scheduleOf), next }
  }

  async due(filter: Parameters<Schedules['due']>[0] = {}): Promise<readonly Schedule[]> {
    const limit = checkLimit(filter.limit, 100, 200)
    const withinMs = checkDuration('withinMs', filter.withinMs ?? 0)
    return (await this.#engine.read({ op: 'due', limit, withinMs })).map(scheduleOf)
  }

  async fire(tick: Tick): Promise<FireVerdict> {
    const checked = checkTick(tick)
    const key = scheduledKey(checked.id, checked.from)
    return this.#engine.write({ op: 'fire', ...checked, key, runId: uuidv7(), format: ENTRY_FORMAT })
  }

  async advance(tick: Tick): Promise<AdvanceVerdict> {
    return this.#engine.write({ op: 'advance', ...checkTick(tick) })
  }

  pause(id: string): Promise<Schedule | undefined> {
    return this.#pause(id, true)
  }

  unpause(id: string): Promise<Schedule | undefined> {
    return this.#pause(id, false)
  }

  async remove(id: string): Promise<void> {
    await this.#engine.write({ op: 'remove_schedule', id: checkId(id) })
  }

  async #pause(id: string, paused: boolean): Promise<Schedule | undefined> {
    const row = await this.#engine.write({ op: 'pause_schedule', id: checkId(id), paused })
    return row === null ? undefined : scheduleOf(row)
  }
}

function checkId(id: unknown): string {
  return checkText('id', checkName('id', id), MAX_SCHEDULE_ID_LENGTH)
}

function checkFirst(first: NewSchedule['first']): {
  readonly at: number | null
  readonly inMs: number | null
} {
  const { at, inMs } = first as { readonly at?: unknown; readonly inMs?: unknown }
  if ((at === undefined) === (inMs === undefined)) {
    throw invalidArgument('first must be either { at } with a time of the store or { inMs } with a duration.')
  }
  if (at === undefined) return { at: null, inMs: checkDuration('first.inMs', inMs) }
  return { at: checkDuration('first.at', at), inMs: null }
}

function checkTick({ id, from, to }: Tick) {
  const tick = checkDuration('from', from)
  const after = to === null ? null : checkDuration('to', to)
  if (after !== null && after <= tick) throw invalidArgument(`to must be a time after from; it is ${after}.`)
  return { id: checkId(id), from: tick, to: after }
}

const scheduleOf = (row: ScheduleRow): Schedule => ({
  id: row.id,
  spec: JSON.parse(row.spec) as Json,
  type: row.type,
  definitionVersion: row.definition_version,
  paused: row.paused,
  nextAt: row.next_at,
  last: row.last_at === null || row.last_run_id === null ? null : { at: row.last_at, runId: row.last_run_id },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
