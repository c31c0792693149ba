import type { DatabaseSync } from 'node:sqlite'
import type { EngineWork, Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { CommitResult, WriteOperation } from '../engine/writes.ts'
import { closeDatabase, type DatabaseOptions, openDatabase } from './open-database.ts'
import { prepareReads } from './reads.ts'
import { sqliteError } from './sqlite-errors.ts'
import { prepareTransact } from './transact.ts'
import { prepareTransaction } from './transaction.ts'

export interface SessionOptions extends DatabaseOptions {
  readonly namespace: string
}

/** One connection with its prepared statements; synchronous, so it lives in a worker thread or on `:memory:`. */
export class Session {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #write: (batch: readonly WriteOperation[]) => Outcome[]
  readonly #transact: (work: EngineWork) => CommitResult
  readonly #read: (operation: ReadOperation) => unknown
  readonly #dataVersion: () => number

  constructor(options: SessionOptions) {
    this.#path = options.path
    this.#db = openDatabase(options)
    this.#write = prepareTransaction(this.#db, options.namespace)
    this.#transact = prepareTransact(this.#db, options.namespace, options.path)
    this.#read = prepareReads(this.#db, options.namespace)
    const pragma = this.#db.prepare('pragma data_version')
    this.#dataVersion = () => (pragma.get() as { data_version: number }).data_version
  }

  write(batch: readonly WriteOperation[]): Outcome[] {
    return this.#write(batch).map((outcome) =>
      outcome.ok ? outcome : { ok: false, error: sqliteError(outcome.error, this.#path) },
    )
  }

  transact(work: EngineWork): CommitResult {
    return this.#transact(work)
  }

  read(operation: ReadOperation): unknown {
    try {
      return this.#read(operation)
    } catch (error) {
      throw sqliteError(error, this.#path)
    }
  }

  /** Changes when another connection committed (sqlite.org/pragma.html#pragma_data_version). */
  dataVersion(): number {
    return this.#dataVersion()
  }

  close(): void {
    closeDatabase(this.#db)
  }
}
