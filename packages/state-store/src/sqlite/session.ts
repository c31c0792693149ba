import type { DatabaseSync } from 'node:sqlite'
import type { Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { closeDatabase, type DatabaseOptions, openDatabase } from './open-database.ts'
import { prepareReads } from './reads.ts'
import { sqliteError } from './sqlite-errors.ts'
import { prepareTransaction } from './transaction.ts'

export interface SessionOptions extends DatabaseOptions {
  readonly namespace: string
}

/** One connection with its prepared statements; synchronous, so it lives in a worker thread or on `:memory:`. */
export class Session {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #transact: (batch: readonly WriteOperation[]) => Outcome[]
  readonly #read: (operation: ReadOperation) => unknown
  readonly #dataVersion: () => number

  constructor(options: SessionOptions) {
    this.#path = options.path
    this.#db = openDatabase(options)
    this.#transact = prepareTransaction(this.#db, options.namespace)
    this.#read = prepareReads(this.#db, options.namespace)
    const pragma = this.#db.prepare('pragma data_version')
    this.#dataVersion = () => (pragma.get() as { data_version: number }).data_version
  }

  write(batch: readonly WriteOperation[]): Outcome[] {
    return this.#transact(batch).map((outcome) =>
      outcome.ok ? outcome : { ok: false, error: sqliteError(outcome.error, this.#path) },
    )
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
