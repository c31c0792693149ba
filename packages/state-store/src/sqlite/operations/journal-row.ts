import { Buffer } from 'node:buffer'
import type { EntryRow } from '../../engine/entry-row.ts'
import type { Scope } from '../scope.ts'

/** Where a row goes: the journal, the version, and who writes it. */
export interface Place {
  readonly runNo: number
  readonly version: number
  readonly epoch: number
  readonly fence: number
}

export function prepareAppend(scope: Scope) {
  const insert = scope.db.prepare(`
    insert into entry (run_no, version, epoch, fence, kind, step, slot, hash, at, format, payload, meta)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  return (place: Place, row: EntryRow): void => {
    insert.run(
      place.runNo,
      place.version,
      place.epoch,
      place.fence,
      row.kind,
      row.step,
      row.slot,
      row.hash,
      scope.now,
      row.format,
      row.payload,
      row.meta,
    )
  }
}

export const rowBytes = (row: EntryRow): number =>
  Buffer.byteLength(row.payload) + Buffer.byteLength(row.meta)
