import type { Commit } from '../contract/commit.ts'
import { invalidArgument } from '../contract/errors.ts'
import type { TransactionWork } from '../contract/transaction.ts'
import type { EngineWork } from '../engine/engine.ts'
import type { CommitOperation } from '../engine/writes.ts'

/**
 * Makes a caller's work into an engine's. Its commit is marked with an id of this call: so it is found again after an
 * answer was lost, and the same commit by another call is never taken for it.
 */
export function transactionRequest(
  work: TransactionWork,
  id: string,
  encode: (commit: Commit) => CommitOperation,
): { readonly work: EngineWork; readonly runId: () => string } {
  let runId = ''
  const request = (commit: Commit): CommitOperation => {
    const [first, ...rest] = commit.entries
    if (first === undefined) {
      throw invalidArgument(
        'A transaction needs an entry: without one nobody could tell whether it committed.',
      )
    }
    runId = commit.runId
    const marked = { ...first, meta: { ...first.meta, transaction: id } }
    return encode({ ...commit, entries: [marked, ...rest] })
  }
  return {
    work: (tx) => {
      const commit = work(tx)
      return isPromise(commit) ? commit.then(request) : request(commit)
    },
    runId: () => runId,
  }
}

export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as Partial<Promise<T>> | null)?.then === 'function'
