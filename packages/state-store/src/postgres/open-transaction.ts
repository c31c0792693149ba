import { StateStoreError } from '../contract/errors.ts'
import type { PostgresTransaction, TransactionClient } from '../contract/transaction.ts'
import type { Failure } from './door.ts'
import type { PostgresClient } from './pool.ts'

/** What a transaction's function is given. */
export interface OpenTransaction {
  readonly tx: PostgresTransaction
  /** What is behind an error of the function, if that is no fault of its own: another transaction, or the network. */
  behind(error: unknown): Failure | undefined
  /** From now on whatever is asked of it is refused: the connection outlives the transaction. */
  close(): void
}

type Query = (...given: readonly unknown[]) => Promise<never>

export function openTransaction(
  connection: PostgresClient,
  failureOf: (thrown: unknown) => Failure,
): OpenTransaction {
  let ended = false
  const failures = new Map<unknown, Failure>()
  const ask = connection.query.bind(connection) as Query
  const query = async (...given: readonly unknown[]): Promise<never> => {
    if (ended) throw transactionEnded()
    try {
      return await ask(...given)
    } catch (thrown) {
      const failure = failureOf(thrown)
      if (failure.fate === 'conflict' || failure.fate === 'unknown') failures.set(thrown, failure)
      throw thrown
    }
  }
  const tx = {
    engine: 'postgres',
    client: { query: query as TransactionClient['query'] },
    get db(): never {
      throw new StateStoreError(
        'TRANSACTION_UNSUPPORTED',
        "This store is Postgres: a transaction has 'client', which is asynchronous, and no 'db'. Ask tx.engine.",
      )
    },
  } as PostgresTransaction
  return {
    tx,
    behind: (error) => {
      // A query builder may have wrapped it.
      let at = error
      for (let depth = 0; depth < 8 && at !== undefined; depth++) {
        const failure = failures.get(at)
        if (failure !== undefined) return failure
        at = (at as { readonly cause?: unknown } | null)?.cause
      }
      return undefined
    },
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
