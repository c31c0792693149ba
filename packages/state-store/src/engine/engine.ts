import type { Transaction } from '../contract/transaction.ts'
import type { ReadOperation } from './reads.ts'
import type { CommitOperation, CommitResult, WriteOperation } from './writes.ts'

/** How one operation of a batch ended: an operation that throws fails alone. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown }

/** A database behind the store. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  readonly location: string
  /** Whether batches are executed in the order of the calls of `write`, also while one is under way. */
  readonly keepsOrder: boolean
  /** Runs the batch in one transaction, in order; resolves once it is durable. */
  write(operations: readonly WriteOperation[]): Promise<readonly Outcome[]>
  read(operation: ReadOperation): Promise<unknown>
  /**
   * Calls `work` inside a transaction and makes its commit there. Rejects with what `work` threw, as it is. The first
   * entry's metadata is of this call alone, so that the commit is known again.
   */
  transact(work: EngineWork, signal?: AbortSignal): Promise<CommitResult>
  watch(listener: () => void): () => void
  close(): Promise<void>
}

export type EngineWork = (tx: Transaction) => CommitOperation | Promise<CommitOperation>
