import { journal } from './0001-journal.ts'
import { cellsAgentsSchedules } from './0003-cells-agents-schedules.ts'

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
}

/** Append-only: what was released is never edited, and a checksum holds that. */
export const MIGRATIONS: readonly Migration[] = [journal, cellsAgentsSchedules]

/** The schema version that this code writes. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.id
