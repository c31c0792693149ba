import type { DatabaseSync } from 'node:sqlite'
import { StateStoreError } from '../contract/errors.ts'
import type { EngineWork } from '../engine/engine.ts'
import type { CommitOperation, CommitResult } from '../engine/writes.ts'
import { isPromise } from '../store/transaction-request.ts'
import { openTransaction } from './open-transaction.ts'
import { prepareCommit } from './operations/commit.ts'
import { prepareClock, type Scope } from './scope.ts'
import { resultCode, SQLITE_CONSTRAINT, sqliteError } from './sqlite-errors.ts'

/** Stands in the transaction as long as nobody but us ends it. */
const MARK = 'pawl_transaction'

/**
 * transact: others' writes and one commit in a transaction of their own, `BEGIN IMMEDIATE … COMMIT`, in this thread. A
 * refused commit, an error and a promise roll it back. Throws `STORE_BUSY` at once after the connection's timeout.
 */
export function prepareTransact(db: DatabaseSync, namespace: string, path: string) {
  const scope: Scope = { db, namespace, now: 0 }
  const commit = prepareCommit(scope)
  const readClock = prepareClock(db)

  /** What of ours fails is the store's failure; what the function's own constraints refuse at the end is its own. */
  function ours<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      throw resultCode(error) === SQLITE_CONSTRAINT ? error : sqliteError(error, path)
    }
  }

  function operationOf(work: EngineWork): CommitOperation {
    const { tx, close } = openTransaction(db)
    try {
      const operation = work(tx)
      if (!isPromise(operation)) return operation
      // It goes on after the transaction's end, and is refused then; nobody is to hear of that.
      operation.catch(() => {})
      throw asynchronous()
    } finally {
      close()
    }
  }

  return (work: EngineWork): CommitResult => {
    ours(() => db.exec('begin immediate'))
    try {
      db.exec(`savepoint ${MARK}`)
      const operation = operationOf(work)
      try {
        db.exec(`release ${MARK}`)
      } catch (cause) {
        throw endedByItself(cause)
      }
      scope.now = ours(readClock)
      const result = ours(() => commit(operation))
      if (result.ok) ours(() => db.exec('commit'))
      return result
    } finally {
      // What did not commit goes, and so does what the function may have begun itself.
      if (db.isTransaction) db.exec('rollback')
    }
  }
}

const asynchronous = (): StateStoreError =>
  new StateStoreError(
    'TRANSACTION_MISUSED',
    'On SQLite the function of a transaction must be synchronous; this one returned a promise, so all that it wrote ' +
      'was undone. Do what has to be awaited in a step before it.',
  )

const endedByItself = (cause: unknown): StateStoreError =>
  new StateStoreError(
    'TRANSACTION_MISUSED',
    'The transaction was ended by its own function, or by an error of a statement that it passed over. Leave begin, ' +
      'commit and rollback to the store, and let errors of statements through.',
    { cause },
  )
