import type { CellResult, CellRow, RemoveCellOperation, WriteCellOperation } from '../../engine/cells.ts'
import type { Scope } from '../scope.ts'

/** How many rows that have had their time a write takes away: more than it adds, so that they never pile up. */
const SWEPT_AT_ONCE = 8

/** Accepted writes by their ids, for a while; and what has expired is taken away, a few rows with each write. */
function prepareKnownWrites(scope: Scope) {
  const { db, namespace } = scope
  const known = db.prepare(
    'select revision from cell_write where namespace = ? and key = ? and id = ? and at > ?',
  )
  const insert = db.prepare(`
    insert into cell_write (namespace, key, id, revision, at) values (?, ?, ?, ?, ?)
    on conflict (namespace, key, id) do update set revision = excluded.revision, at = excluded.at`)
  const old = db.prepare('select key, id from cell_write where namespace = ? and at <= ? order by at limit ?')
  const forget = db.prepare('delete from cell_write where namespace = ? and key = ? and id = ?')
  const expired = db.prepare(
    'select revision from cell where namespace = ? and expires_at <= ? order by expires_at limit ?',
  )
  const vanish = db.prepare('delete from cell where revision = ?')

  function sweep(knownMs: number): void {
    const writes = old.all(namespace, scope.now - knownMs, SWEPT_AT_ONCE) as { key: string; id: string }[]
    for (const { key, id } of writes) forget.run(namespace, key, id)
    const cells = expired.all(namespace, scope.now, SWEPT_AT_ONCE) as { revision: number }[]
    for (const { revision } of cells) vanish.run(revision)
  }

  return {
    find({ key, id, knownMs }: Known): CellResult | undefined {
      const row = known.get(namespace, key, id, scope.now - knownMs) as { revision: number } | undefined
      return row === undefined ? undefined : { ok: true, revision: row.revision }
    },
    accept({ key, id, knownMs }: Known, revision: number): CellResult {
      insert.run(namespace, key, id, revision, scope.now)
      sweep(knownMs)
      return { ok: true, revision }
    },
  }
}

type Known = Pick<WriteCellOperation, 'key' | 'id' | 'knownMs'>

/**
 * write_cell, remove_cell: compare-and-set. The same write again, by its id, is the first verdict again. A write puts a
 * new row in the place of the old one: its number is the revision.
 *
 * Writes cell, cell_write.
 */
export function prepareCells(scope: Scope) {
  const { db, namespace } = scope
  const writes = prepareKnownWrites(scope)
  const find = db.prepare(
    'select value, revision, at, expires_at from cell where namespace = ? and key = ? and (expires_at is null or expires_at > ?)',
  )
  const remove = db.prepare('delete from cell where namespace = ? and key = ?')
  const insert = db.prepare('insert into cell (namespace, key, value, at, expires_at) values (?, ?, ?, ?, ?)')

  /** The first verdict, or why not; nothing if the write may be done. */
  function settled(operation: WriteCellOperation | RemoveCellOperation): CellResult | undefined {
    const first = writes.find(operation)
    if (first !== undefined) return first
    const current = (find.get(namespace, operation.key, scope.now) as CellRow | undefined) ?? null
    return (current?.revision ?? null) === operation.expected ? undefined : { ok: false, current }
  }

  return {
    write_cell(operation: WriteCellOperation): CellResult {
      const verdict = settled(operation)
      if (verdict !== undefined) return verdict
      const { key, value, ttlMs } = operation
      remove.run(namespace, key)
      const { lastInsertRowid } = insert.run(
        namespace,
        key,
        value,
        scope.now,
        ttlMs === null ? null : scope.now + ttlMs,
      )
      return writes.accept(operation, Number(lastInsertRowid))
    },
    remove_cell(operation: RemoveCellOperation): CellResult {
      const verdict = settled(operation)
      if (verdict !== undefined) return verdict
      remove.run(namespace, operation.key)
      return writes.accept(operation, operation.expected)
    },
  }
}
