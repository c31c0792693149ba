import type { Json } from './json.ts'
import type { Page } from './run.ts'

/** One cell as it stands. */
export interface Cell {
  readonly value: Json
  /** Raised by every write of the key, not always by one. It never goes back, also after a removal. */
  readonly revision: number
  /** When it was written, in the store's time. */
  readonly at: number
  /** When it vanishes by itself, in the store's time; `null` for never. */
  readonly expiresAt: number | null
}

export interface NamedCell extends Cell {
  readonly key: string
}

export interface CellFilter {
  /** At least one character. */
  readonly prefix: string
  /** Default 100, at most 200. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

export interface CellWrite {
  readonly key: string
  /** JSON, at most {@link MAX_CELL_LENGTH} characters; a codec passes over it as over a payload. */
  readonly value: unknown
  /** The revision that the cell must have; `null` if there must be none, or none any more. */
  readonly expected: number | null
  /** Of this write, chosen by the caller; made by the store if absent. The same id for the same key again is the same write. */
  readonly id?: string
  /** How long the cell stays, in milliseconds. Default: until it is removed. A later write sets it anew. */
  readonly ttlMs?: number
}

export interface CellRemoval {
  readonly key: string
  /** The revision that the cell must have. */
  readonly expected: number
  /** As in {@link CellWrite}. */
  readonly id?: string
}

export type CellVerdict =
  | {
      readonly ok: true
      /** The revision that was written, or that was removed. */
      readonly revision: number
    }
  | {
      readonly ok: false
      /** What is there instead; `undefined` if nothing is. */
      readonly current: Cell | undefined
    }

/** The longest value of a cell, in UTF-16 units of JSON: what is larger is stored elsewhere, with a reference here. */
export const MAX_CELL_LENGTH = 65_536

/** How long an accepted write is known by its id, in milliseconds of the store's time: ten minutes. */
export const CELL_WRITE_KNOWN_MS = 600_000

/**
 * Small values that several processes share, each written by compare-and-set: of many writers that expect the same
 * revision exactly one is accepted. Scoped by the store's namespace. For state that is read and written often, such as
 * a breaker's; not a queue and not a log.
 *
 * A write that resolved is as durable as a commit. A write that was accepted is remembered by its id for
 * {@link CELL_WRITE_KNOWN_MS}, so that the same one again, after a lost answer, gets its first verdict, whatever was
 * written since. One that was refused has written nothing and is judged anew.
 */
export interface Cells {
  /** The cell, or `undefined` if it was never written, was removed, or has expired. Sees every write that resolved. */
  read(key: string): Promise<Cell | undefined>

  /**
   * A page of the cells whose key begins with `prefix`, by key. One that stays is on exactly one page. Codecs pass over
   * the values, not over the keys.
   */
  list(filter: CellFilter): Promise<Page<NamedCell>>

  /** Writes if the cell has the expected revision. Rejects with `NOT_JSON`, `ENTRY_TOO_LARGE`, `INVALID_ARGUMENT`. */
  write(write: CellWrite): Promise<CellVerdict>

  /** Removes the cell if it has the expected revision. One that is not there is a refusal with `current` undefined. */
  remove(removal: CellRemoval): Promise<CellVerdict>
}
