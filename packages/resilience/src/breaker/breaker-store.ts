import { BreakerStoreError } from '../errors.ts'
import type { BreakerRecord, Moment } from './breaker-record.ts'

/** What a store holds under a key. */
export interface BreakerCell {
  /** JSON, as it was written. */
  readonly value: unknown
  /** A whole number of at least 1 that grows with each write of the key. */
  readonly revision: number
}

export interface BreakerWrite {
  readonly key: string
  /** Plain JSON data, well under a kilobyte for a handful of probes. */
  readonly value: BreakerRecord
  /** The revision that this value follows; `null` if there is none yet. */
  readonly expected: number | null
  /** The same for a write that is sent again because its answer was lost, and for no other. */
  readonly id: string
}

/** What became of a write. A refusal is an answer, not an error, and brings along what is there instead. */
export type BreakerWritten =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly current: BreakerCell | undefined }

/**
 * Where processes share their breakers: cells that are written by compare-and-set. `@pawl/resilience/conformance`
 * checks an implementation. A rejection means that the store could not be reached; breakers then go on alone.
 */
export interface BreakerStore {
  /** The cell as of now, never older than a write that was acknowledged before; `undefined` if there is none. */
  read(key: string): Promise<BreakerCell | undefined>
  /**
   * Writes if the key's revision is the one expected, in one atomic step; else changes nothing. Asked again with the
   * id of the last write, it answers as it did and writes nothing.
   */
  write(write: BreakerWrite): Promise<BreakerWritten>
}

/** More would not be a breaker's, and each is looked at on every decision. */
const MOST_PROBES = 10_000

/** Reads what a store holds; a format that this version does not know is never guessed. @throws BreakerStoreError */
export function recordIn(key: string, cell: BreakerCell | undefined): BreakerRecord | undefined {
  if (cell === undefined) return undefined
  if (!Number.isSafeInteger(cell.revision)) throw new BreakerStoreError(key, 'gave a cell without a revision')
  const { format, opening, succeeded, probes } = fieldsOf(cell.value)
  if (format !== 1) throw new BreakerStoreError(key, `holds format ${String(format)}, this version knows 1`)
  const sound =
    (opening === null || isMoment(opening)) &&
    Number.isSafeInteger(succeeded) &&
    Array.isArray(probes) &&
    probes.length <= MOST_PROBES &&
    probes.every(isMoment)
  if (!sound) throw new BreakerStoreError(key, 'holds something that is no breaker')
  return { format, opening, succeeded: succeeded as number, probes }
}

const isMoment = (value: unknown): value is Moment => {
  const { id, at } = fieldsOf(value)
  return typeof id === 'string' && typeof at === 'number' && Number.isFinite(at)
}

const fieldsOf = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {}
