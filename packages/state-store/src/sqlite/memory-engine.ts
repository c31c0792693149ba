import type { Engine, EngineWork, Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { CommitResult, WriteOperation } from '../engine/writes.ts'
import { Session, type SessionOptions } from './session.ts'

/** `:memory:`: nothing waits for a disk or a lock, so the connection stays in this thread. */
export class MemoryEngine implements Engine {
  readonly name = 'sqlite'
  readonly location = ':memory:'
  readonly keepsOrder = true
  readonly #session: Session

  constructor(options: SessionOptions) {
    this.#session = new Session(options)
  }

  async write(batch: readonly WriteOperation[]): Promise<readonly Outcome[]> {
    return this.#session.write(batch)
  }

  async read(operation: ReadOperation): Promise<unknown> {
    return this.#session.read(operation)
  }

  async transact(work: EngineWork, signal: AbortSignal | undefined): Promise<CommitResult> {
    signal?.throwIfAborted()
    return this.#session.transact(work)
  }

  watch(_listener: () => void): () => void {
    // No other process can write to it.
    return () => {}
  }

  async close(): Promise<void> {
    this.#session.close()
  }
}
