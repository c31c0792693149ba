import type { DatabaseSync } from 'node:sqlite'
import { StateStoreError } from '../contract/errors.ts'
import type { SqliteTransaction, TransactionStatement } from '../contract/transaction.ts'

/** What a transaction's function is given. */
export interface OpenTransaction {
  readonly tx: SqliteTransaction
  /** From now on whatever is asked of it is refused: the connection outlives the transaction. */
  close(): void
}

export function openTransaction(db: DatabaseSync): OpenTransaction {
  let ended = false
  const check = (): void => {
    if (ended) throw transactionEnded()
  }
  const statementOf = (sql: string): TransactionStatement => {
    const statement = db.prepare(sql)
    const called = (method: 'run' | 'get' | 'all') =>
      ((...values: never[]) => {
        check()
        return statement[method](...values)
      }) as never
    return { run: called('run'), get: called('get'), all: called('all') }
  }
  return {
    tx: {
      engine: 'sqlite',
      db: {
        prepare: (sql) => {
          check()
          return statementOf(sql)
        },
        exec: (sql) => {
          check()
          db.exec(sql)
        },
      },
      get client(): never {
        throw new StateStoreError(
          'TRANSACTION_UNSUPPORTED',
          "This store is SQLite: a transaction has 'db', which is synchronous, and no 'client'. Ask tx.engine.",
        )
      },
    } as SqliteTransaction,
    close: () => {
      ended = true
    },
  }
}

const transactionEnded = (): StateStoreError =>
  new StateStoreError(
    'TRANSACTION_MISUSED',
    'The transaction has ended with the function that it was given to. Await all that you ask of it there.',
  )
