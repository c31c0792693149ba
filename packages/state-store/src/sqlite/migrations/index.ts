import { journal } from './0001-journal.ts'
import { telemetry } from './0003-telemetry.ts'
import { cellsAgentsSchedules } from './0004-cells-agents-schedules.ts'
import { views } from './0005-views.ts'
import { output } from './0006-output.ts'
import { parked } from './0007-parked.ts'
import { finishedRunsByTime } from './0008-finished-runs-by-time.ts'

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
}

/** By number. Append-only: what was released is never edited, and a checksum holds that. */
export const MIGRATIONS: readonly Migration[] = [
  journal,
  telemetry,
  cellsAgentsSchedules,
  views,
  output,
  parked,
  finishedRunsByTime,
]

/** The schema version that this code writes: the number of the last migration. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.id
