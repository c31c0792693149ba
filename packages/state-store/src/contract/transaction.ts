import type { Commit } from './commit.ts'

/**
 * The database's own transaction, in which a caller writes beside the journal. It ends with the function that it was
 * given to: what is asked of it later is refused with `TRANSACTION_MISUSED`.
 */
export type Transaction = PostgresTransaction | SqliteTransaction

/** On Postgres, over `pg`. */
export interface PostgresTransaction {
  readonly engine: 'postgres'
  readonly client: TransactionClient
}

/** The connection that the transaction has for itself. Leave `begin`, `commit` and `rollback` to the store. */
export interface TransactionClient {
  /** As `pg` does it; also with a query object, so that query builders which take a client of `pg` work on it. */
  query<Row = { readonly [column: string]: unknown }>(
    query: string | { readonly text: string; readonly values?: readonly unknown[] },
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>
}

/** On SQLite: synchronous, in the caller's thread, on a connection of its own to the store's file. */
export interface SqliteTransaction {
  readonly engine: 'sqlite'
  readonly db: TransactionDatabase
}

/** What `DatabaseSync` of `node:sqlite` offers, without opening and closing. */
export interface TransactionDatabase {
  prepare(sql: string): TransactionStatement
  exec(sql: string): void
}

export type SqliteValue = null | number | bigint | string | Uint8Array

export interface TransactionStatement {
  run(...values: SqliteParameters): {
    readonly changes: number | bigint
    readonly lastInsertRowid: number | bigint
  }
  get(...values: SqliteParameters): { readonly [column: string]: SqliteValue } | undefined
  all(...values: SqliteParameters): { readonly [column: string]: SqliteValue }[]
}

export type SqliteParameters =
  | readonly SqliteValue[]
  | readonly [{ readonly [name: string]: SqliteValue }, ...SqliteValue[]]

/** Writes in the transaction, and says with which commit it ends. On SQLite it must not return a promise. */
export type TransactionWork = (tx: Transaction) => Commit | Promise<Commit>

export interface TransactOptions {
  /** Gives the transaction up, if it fires before the commit was sent. What waits for a statement is then cut off. */
  readonly signal?: AbortSignal
}
