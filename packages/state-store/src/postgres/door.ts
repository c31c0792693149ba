import type { StateStoreError } from '../contract/errors.ts'
import type { EngineWork } from '../engine/engine.ts'
import type { CommitOperation, CommitResult, WriteOperation } from '../engine/writes.ts'

/** A way to the functions of the schema `pawl`: over a connection of `pg`, or over HTTP. */
export interface Door {
  /** Where the data lives, for people; never a secret. */
  readonly location: string
  /** UTF-8 bytes of JSON that may travel in one request; one operation that is larger goes alone. */
  readonly maxRequestBytes: number
  /** UTF-8 bytes of payloads after which an answer ends; the rest is asked for. */
  readonly maxAnswerBytes: number
  /** `pawl.write`: the result of each operation, in the order of the batch. */
  write(namespace: string, batch: readonly WriteOperation[]): Promise<readonly unknown[]>
  /** `pawl.read` */
  read(namespace: string, operation: object): Promise<unknown>
  /** Calls `work` in a transaction and makes its commit there; rejects with what the caller is to see. */
  transact(namespace: string, work: EngineWork, signal: AbortSignal | undefined): Promise<Ended>
  /** `pawl.read_pulse` */
  pulse(): Promise<unknown>
  /** Reads what one of these three rejected with. */
  failureOf(thrown: unknown): Failure
  close(): Promise<void>
}

/** How a transaction ended: with a verdict, or, if the answer to its commit was lost, in a way that only the journal tells. */
export type Ended =
  | { readonly result: CommitResult }
  | { readonly inDoubt: CommitOperation; readonly error: StateStoreError }

/** A request that failed: the error for the caller, and what became of what it asked for. */
export interface Failure {
  readonly error: StateStoreError
  readonly fate: Fate
}

export type Fate =
  /** One of its operations is at fault, not the server or the way to it. Nothing was done. */
  | 'refused'
  /** Another transaction was in the way. Nothing was done; it may go again at once. */
  | 'conflict'
  /** Nothing was done, and the same at once would end the same way. */
  | 'undone'
  /** The answer was lost: it was done, or will be, or not. */
  | 'unknown'
