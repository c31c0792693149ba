import type { DatabaseSync } from 'node:sqlite'
import type { Amount, TableSize } from '../contract/retention.ts'

export interface Bounds {
  /** Up to this many rows are counted: about ten milliseconds a table, over its smallest index. */
  readonly countedRows: number
  /** Up to this many pages are weighed one by one: some four microseconds each, in which nobody writes. */
  readonly weighedPages: number
}

/** Pages have 4 KiB as a rule: 64 MiB. */
const BOUNDS: Bounds = { countedRows: 500_000, weighedPages: 16_384 }

/** Rows whose length stands for the others', and what a row costs beside its text, indexes included. */
const SAMPLED_ROWS = 1_000
const ROW_OVERHEAD = 60

/**
 * Reads how large the tables are. Up to some size they are counted and weighed (sqlite.org/dbstat.html). A larger file
 * is shared out among its tables by the length of some of their rows; so is a small one where SQLite was built without
 * that table, as in Node 22.
 */
export function prepareSizes(db: DatabaseSync, { countedRows, weighedPages }: Bounds = BOUNDS) {
  const value = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? { none: 0 })[0] ?? 0)

  const tables = (): readonly string[] =>
    db
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
      )
      .all()
      .map((row) => String(row.name))

  function rowsOf(table: string): Amount {
    const counted = value(`select count(*) from (select 1 from "${table}" limit ${countedRows + 1})`)
    if (counted <= countedRows) return { value: counted, exact: true }
    return { value: Math.max(counted, numberedRows(table)), exact: false }
  }

  /** Rows by their numbers: too many if some were deleted in between. */
  function numberedRows(table: string): number {
    try {
      return value(`select max(rowid) - min(rowid) + 1 from "${table}"`)
    } catch {
      // A table without numbers: at least what was counted.
      return 0
    }
  }

  function weigh(pages: number): ReadonlyMap<string, number> | undefined {
    if (pages > weighedPages) return undefined
    try {
      const rows = db
        .prepare(`
          select made.tbl_name as name, sum(weighed.pgsize) as bytes from sqlite_master made
          join (select name, pgsize from dbstat where aggregate = true) weighed on weighed.name = made.name
          group by made.tbl_name`)
        .all()
      return new Map(rows.map((row) => [String(row.name), Number(row.bytes)]))
    } catch {
      return undefined
    }
  }

  function weightOf(table: string, rows: number): number {
    const columns = db.prepare('select name from pragma_table_info(?)').all(table)
    const length = columns
      .map(({ name }) => `coalesce(length(cast("${String(name)}" as blob)), 0)`)
      .join(' + ')
    const sample = `select ${length} as length from "${table}" limit ${SAMPLED_ROWS}`
    return rows * (ROW_OVERHEAD + value(`select coalesce(avg(length), 0) from (${sample})`))
  }

  return (): readonly TableSize[] => {
    const pages = value('pragma page_count')
    const used = (pages - value('pragma freelist_count')) * value('pragma page_size')
    const weighed = weigh(pages)
    const found = tables().map((table) => ({ table, rows: rowsOf(table) }))
    if (weighed !== undefined) {
      return found.map((one) => ({ ...one, bytes: { value: weighed.get(one.table) ?? 0, exact: true } }))
    }
    const weights = found.map(({ table, rows }) => weightOf(table, rows.value))
    const whole = weights.reduce((sum, weight) => sum + weight, 0)
    return found.map((one, index) => {
      const share = whole === 0 ? 0 : (weights[index] ?? 0) / whole
      return { ...one, bytes: { value: Math.round(used * share), exact: false } }
    })
  }
}
