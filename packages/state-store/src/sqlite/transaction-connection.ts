import type { DatabaseSync } from 'node:sqlite'
import type { EngineWork } from '../engine/engine.ts'
import type { CommitResult } from '../engine/writes.ts'
import { openDatabase } from './open-database.ts'
import type { SessionOptions } from './session.ts'
import { prepareTransact } from './transact.ts'

/**
 * How long this thread stands still for another's write, in milliseconds: long enough for the batches that the store's
 * own thread has at hand, since none follows while this one waits. After that it lets others have their turn first.
 */
const STAND_STILL_MS = 50

/** How long it does something else before it tries again, in milliseconds; up to twice as long, by chance. */
const PAUSE_MS = 5

/** The connection for transactions with others' writes: to the store's file, in the program's thread. */
export class TransactionConnection {
  readonly #options: SessionOptions
  #opened: { readonly db: DatabaseSync; readonly transact: (work: EngineWork) => CommitResult } | undefined
  #closed = false

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Rejects with `STORE_BUSY` if others hold the lock for `busyTimeoutMs`. */
  async transact(work: EngineWork, signal: AbortSignal | undefined): Promise<CommitResult> {
    const until = performance.now() + this.#options.busyTimeoutMs
    for (;;) {
      signal?.throwIfAborted()
      let started = false
      try {
        return this.#open()((tx) => {
          started = true
          return work(tx)
        })
      } catch (error) {
        const { code } = error as { readonly code?: unknown }
        if (started || this.#closed || code !== 'STORE_BUSY' || performance.now() >= until) throw error
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + Math.random())))
      }
    }
  }

  close(): void {
    this.#closed = true
    this.#opened?.db.close()
    this.#opened = undefined
  }

  #open(): (work: EngineWork) => CommitResult {
    if (this.#opened === undefined) {
      const busyTimeoutMs = Math.min(STAND_STILL_MS, this.#options.busyTimeoutMs)
      const db = openDatabase({ ...this.#options, busyTimeoutMs })
      // The store's thread folds the log into the file, so that this one need not wait for it.
      db.exec('pragma wal_autocheckpoint = 0')
      this.#opened = { db, transact: prepareTransact(db, this.#options.namespace, this.#options.path) }
    }
    return this.#opened.transact
  }
}
