import process from 'node:process'
import { Worker } from 'node:worker_threads'
import { StateStoreError } from '../contract/errors.ts'
import type { Engine, EngineWork, Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { CommitResult, WriteOperation } from '../engine/writes.ts'
import type { SessionOptions } from './session.ts'
import { type Reply, type Request, receiveError } from './thread-messages.ts'
import { TransactionConnection } from './transaction-connection.ts'

type Body = Request extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: StateStoreError) => void
}

/** A file store: its connection lives in a thread of its own. */
export class ThreadEngine implements Engine {
  readonly name = 'sqlite'
  readonly location: string
  readonly keepsOrder = true
  readonly #worker: Worker
  readonly #transactions: TransactionConnection
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Set<() => void>()
  #lastId = 0
  #broken: StateStoreError | undefined

  private constructor(worker: Worker, options: SessionOptions) {
    this.#worker = worker
    this.#transactions = new TransactionConnection(options)
    this.location = options.path
    worker.on('message', (reply: Reply) => this.#receive(reply))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', () => this.#fail(undefined))
    // An open store alone does not keep the program alive; a request under way does.
    worker.unref()
  }

  /** Starts the thread and opens the file there. Rejects with the error of the file. */
  static async open(options: SessionOptions): Promise<ThreadEngine> {
    const worker = new Worker(threadUrl, { workerData: options, name: 'pawl-store', ...threadArguments() })
    await new Promise<void>((resolve, reject) => {
      worker.once('error', (cause) => reject(threadEnded(options.path, cause)))
      worker.once('exit', () => reject(threadEnded(options.path, undefined)))
      worker.once('message', (first: Reply) => {
        if ('failed' in first) reject(receiveError(first.failed))
        else resolve()
      })
    })
    return new ThreadEngine(worker, options)
  }

  write(write: readonly WriteOperation[]): Promise<readonly Outcome[]> {
    return this.#ask({ write }) as Promise<readonly Outcome[]>
  }

  read(read: ReadOperation): Promise<unknown> {
    return this.#ask({ read })
  }

  transact(work: EngineWork, signal: AbortSignal | undefined): Promise<CommitResult> {
    return this.#transactions.transact(work, signal)
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#watch(true)
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#watch(false)
    }
  }

  async close(): Promise<void> {
    this.#transactions.close()
    try {
      if (this.#broken === undefined) await this.#ask({ close: true })
    } finally {
      await this.#worker.terminate()
    }
  }

  #watch(on: boolean): void {
    // A hint may be missed; a store that is closing has nothing to tell.
    this.#ask({ watch: on }).catch(() => {})
  }

  #ask(body: Body): Promise<unknown> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      if (this.#pending.size === 0) this.#worker.ref()
      this.#pending.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...body })
    })
  }

  #receive(reply: Reply): void {
    if ('changed' in reply) {
      for (const listener of this.#listeners) listener()
      return
    }
    if (!('id' in reply)) return
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (this.#pending.size === 0) this.#worker.unref()
    if (pending === undefined) return
    if ('error' in reply) pending.reject(receiveError(reply.error))
    else if ('outcomes' in reply) pending.resolve(reply.outcomes.map(received))
    else pending.resolve(reply.value)
  }

  #fail(cause: unknown): void {
    this.#broken ??= threadEnded(this.location, cause)
    for (const { reject } of this.#pending.values()) reject(this.#broken)
    this.#pending.clear()
  }
}

// A thread inherits the program's arguments, and `node --input-type=module -e …` refuses to run a file.
const threadArguments = (): { readonly execArgv?: string[] } =>
  process.execArgv.some((argument) => argument.startsWith('--input-type')) ? { execArgv: [] } : {}

const threadEnded = (location: string, cause: unknown): StateStoreError =>
  new StateStoreError('STORE_FAILED', `${location}: the store's thread ended; open the store again.`, {
    cause,
  })

const received = (outcome: Extract<Reply, { outcomes: unknown }>['outcomes'][number]): Outcome =>
  outcome.ok ? outcome : { ok: false, error: receiveError(outcome.error) }

// Sources run as .ts in development and as .js once built.
const threadUrl = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
