import type { AgentReadResults, AgentsOperation } from '../engine/agents.ts'
import type { CellReadResults, CellsOperation } from '../engine/cells.ts'
import type { ScheduleReadResults, SchedulesOperation } from '../engine/schedules.ts'
import { Conditions } from './conditions.ts'
import { AGENT_COLUMNS, agentRow, type StoredAgent } from './operations/agent.ts'
import { SCHEDULE_COLUMNS, type StoredSchedule, scheduleRow } from './operations/schedule.ts'
import type { ReadScope } from './scope.ts'

/** The last character that there is: a key that begins with a prefix is not behind the prefix and many of it. */
const LAST = '\u{10ffff}'

/** Reads what processes share beside runs: cells, agents and schedules. */
export function prepareSharedReads({ db, namespace, now }: ReadScope) {
  const cell = db.prepare(`
    select value, revision, at, expires_at from cell
    where namespace = ? and key = ? and (expires_at is null or expires_at > ?)`)
  const cells = db.prepare(`
    select key, value, revision, at, expires_at from cell
    where namespace = ? and key >= ? and key <= ? and key > ? and (expires_at is null or expires_at > ?)
    order by key limit ?`)
  const agent = db.prepare(`select ${AGENT_COLUMNS} from agent where namespace = ? and name = ?`)
  const schedule = db.prepare(
    `select ${SCHEDULE_COLUMNS}, input from schedule where namespace = ? and id = ?`,
  )
  const due = db.prepare(`
    select ${SCHEDULE_COLUMNS} from schedule indexed by schedule_due
    where namespace = ? and next_at <= ? and next_at is not null and paused = 0 order by next_at, id limit ?`)

  function agents(read: AgentsOperation): AgentReadResults['agents'] {
    const where = new Conditions('namespace = ?', namespace)
    where.add('name > ?', read.after)
    where.add('enabled = ?', read.enabled === null ? null : Number(read.enabled))
    where.add('seen_at >= ?', read.seenSince)
    const sql = `select ${AGENT_COLUMNS} from agent where ${where.sql} order by name limit ?`
    return (db.prepare(sql).all(...where.values, read.limit) as unknown as StoredAgent[]).map(agentRow)
  }

  function schedules(read: SchedulesOperation): ScheduleReadResults['schedules'] {
    const where = new Conditions('namespace = ?', namespace)
    where.add('id > ?', read.after)
    where.add('type = ?', read.type)
    where.add('paused = ?', read.paused === null ? null : Number(read.paused))
    const sql = `select ${SCHEDULE_COLUMNS} from schedule where ${where.sql} order by id limit ?`
    return (db.prepare(sql).all(...where.values, read.limit) as unknown as StoredSchedule[]).map(scheduleRow)
  }

  return {
    cell: (read: { readonly key: string }) =>
      (cell.get(namespace, read.key, now()) as CellReadResults['cell'] | undefined) ?? null,
    cells: ({ prefix, after, limit }: CellsOperation): CellReadResults['cells'] =>
      cells.all(
        namespace,
        prefix,
        `${prefix}${LAST.repeat(200)}`,
        after ?? '',
        now(),
        limit,
      ) as unknown as CellReadResults['cells'],
    agent(read: { readonly name: string }): AgentReadResults['agent'] {
      const row = agent.get(namespace, read.name) as unknown as StoredAgent | undefined
      return row === undefined ? null : agentRow(row)
    },
    agents,
    schedule(read: { readonly id: string }): ScheduleReadResults['schedule'] {
      const row = schedule.get(namespace, read.id) as unknown as
        | (StoredSchedule & { readonly input: string })
        | undefined
      return row === undefined ? null : scheduleRow(row)
    },
    schedules,
    due: (read: { readonly withinMs: number; readonly limit: number }): ScheduleReadResults['due'] =>
      (due.all(namespace, now() + read.withinMs, read.limit) as unknown as StoredSchedule[]).map(scheduleRow),
  }
}
