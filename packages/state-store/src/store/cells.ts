import { v7 as uuidv7 } from 'uuid'
import {
  CELL_WRITE_KNOWN_MS,
  type Cell,
  type CellFilter,
  type CellRemoval,
  type Cells,
  type CellVerdict,
  type CellWrite,
  MAX_CELL_LENGTH,
  type NamedCell,
} from '../contract/cells.ts'
import { invalidArgument } from '../contract/errors.ts'
import type { Page } from '../contract/run.ts'
import type { CellResult, CellRow } from '../engine/cells.ts'
import type { Access } from './access.ts'
import { checkDuration, checkLimit, checkName, checkWhole } from './checks.ts'
import { makeNameCursor, readNameCursor } from './cursor.ts'
import type { Encoder } from './encode.ts'

/** Cells in front of an engine: checks, encodes and decodes. */
export class StoredCells implements Cells {
  readonly #engine: Access
  readonly #encoder: Encoder

  constructor(engine: Access, encoder: Encoder) {
    this.#engine = engine
    this.#encoder = encoder
  }

  async read(key: string): Promise<Cell | undefined> {
    return this.#cellOf(await this.#engine.read({ op: 'cell', key: checkName('key', key) }))
  }

  async list({ prefix, limit, cursor }: CellFilter): Promise<Page<NamedCell>> {
    const most = checkLimit(limit, 100, 200)
    const after = readNameCursor('cell', cursor)
    const rows = await this.#engine.read({
      op: 'cells',
      prefix: checkName('prefix', prefix),
      limit: most,
      after,
    })
    const last = rows.at(-1)
    const items = rows.map((row) => ({ key: row.key, ...this.#cellOf(row)! }))
    return {
      items,
      next: last !== undefined && rows.length === most ? makeNameCursor('cell', last.key) : null,
    }
  }

  async write({ key, value, expected, id, ttlMs }: CellWrite): Promise<CellVerdict> {
    const encoded = this.#encoder.payload(value, `The value of cell '${String(key)}'`, MAX_CELL_LENGTH)
    const operation = {
      op: 'write_cell',
      key: checkName('key', key),
      value: encoded,
      expected: expected === null ? null : checkWhole('expected', expected, 1),
      id: checkName('id', id ?? uuidv7()),
      ttlMs: ttlMs === undefined ? null : checkTtl(ttlMs),
      knownMs: CELL_WRITE_KNOWN_MS,
    } as const
    // A refusal brings the value that is there: so much may come back.
    return this.#verdictOf(await this.#engine.write(operation, MAX_CELL_LENGTH))
  }

  async remove({ key, expected, id }: CellRemoval): Promise<CellVerdict> {
    const operation = {
      op: 'remove_cell',
      key: checkName('key', key),
      expected: checkWhole('expected', expected, 1),
      id: checkName('id', id ?? uuidv7()),
      knownMs: CELL_WRITE_KNOWN_MS,
    } as const
    return this.#verdictOf(await this.#engine.write(operation))
  }

  #verdictOf(result: CellResult): CellVerdict {
    return result.ok ? result : { ok: false, current: this.#cellOf(result.current) }
  }

  #cellOf(row: CellRow | null): Cell | undefined {
    if (row === null) return undefined
    const { value, revision, at, expires_at } = row
    return { value: this.#encoder.decode(value), revision, at, expiresAt: expires_at }
  }
}

function checkTtl(ttlMs: number): number {
  const ttl = checkDuration('ttlMs', ttlMs)
  if (ttl === 0) throw invalidArgument('ttlMs must be a positive duration; it is 0. Remove the cell instead.')
  return ttl
}
