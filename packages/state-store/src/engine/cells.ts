// What an engine is asked about cells, and what it answers; values still encoded.

export interface CellRow {
  readonly value: string
  readonly revision: number
  readonly at: number
  readonly expires_at: number | null
}

export interface WriteCellOperation {
  readonly op: 'write_cell'
  readonly key: string
  readonly value: string
  /** The revision that the cell must have; `null` if there must be none. */
  readonly expected: number | null
  readonly id: string
  readonly ttlMs: number | null
  /** How long an accepted write is known by its id. */
  readonly knownMs: number
}

export interface RemoveCellOperation {
  readonly op: 'remove_cell'
  readonly key: string
  readonly expected: number
  readonly id: string
  readonly knownMs: number
}

export type CellResult =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly current: CellRow | null }

export type CellOperation = WriteCellOperation | RemoveCellOperation

export interface CellResults {
  readonly write_cell: CellResult
  readonly remove_cell: CellResult
}

export interface ReadCellOperation {
  readonly op: 'cell'
  readonly key: string
}

/** Those whose key begins with `prefix`, by key. */
export interface CellsOperation {
  readonly op: 'cells'
  readonly prefix: string
  readonly limit: number
  /** The key of the last one of the page before. */
  readonly after: string | null
}

export interface NamedCellRow extends CellRow {
  readonly key: string
}

export interface CellReadResults {
  readonly cell: CellRow | null
  readonly cells: readonly NamedCellRow[]
}
