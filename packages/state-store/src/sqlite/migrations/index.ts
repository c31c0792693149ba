import { journal } from './0001-journal.ts'

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
}

/** Append-only: what was released is never edited, and a checksum holds that. */
export const MIGRATIONS: readonly Migration[] = [journal]

/** The schema version that this code writes. */
export const SCHEMA_VERSION = MIGRATIONS.length
