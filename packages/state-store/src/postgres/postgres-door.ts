import { StateStoreError } from '../contract/errors.ts'
import type { EngineWork } from '../engine/engine.ts'
import type { WriteOperation } from '../engine/writes.ts'
import type { Door, Ended, Failure } from './door.ts'
import { Places } from './places.ts'
import type { OwnedPool, PostgresQuery } from './pool.ts'
import { postgresFailure } from './postgres-errors.ts'
import { transactOn } from './transactions.ts'
import { letterOf } from './wire.ts'

export interface PostgresDoorOptions {
  readonly location: string
  /** How long the program waits for one answer, in milliseconds. */
  readonly timeoutMs: number
  /** Whether the connection keeps prepared statements. */
  readonly prepared: boolean
  /** As whom writes are told to those who listen; `null`: they are not. */
  readonly sender: string | null
}

const STATEMENTS = {
  write: 'select pawl.write($1, $2::text::jsonb)::text as answer',
  write_and_tell: 'select pawl.write($1, $2::text::jsonb, $3)::text as answer',
  read: 'select pawl.read($1, $2::text::jsonb)::text as answer',
  pulse: 'select pawl.read_pulse()::text as answer',
} as const

/** The way over connections of `pg`: every call is one statement. */
export class PostgresDoor implements Door {
  readonly location: string
  /** A batch is bounded already by the group commit, and a connection takes more than that. */
  readonly maxRequestBytes = Number.POSITIVE_INFINITY
  readonly maxAnswerBytes = 8 * 1024 * 1024
  readonly #owned: OwnedPool
  readonly #options: PostgresDoorOptions
  readonly #places: Places

  constructor(owned: OwnedPool, options: PostgresDoorOptions) {
    this.#owned = owned
    this.#options = options
    this.#places = new Places(owned.transactions.atOnce)
    this.location = options.location
  }

  async write(namespace: string, batch: readonly WriteOperation[]): Promise<readonly unknown[]> {
    const { sender } = this.#options
    const letter = letterOf(batch)
    const values = [namespace, JSON.stringify(letter.body)]
    const answer =
      sender === null ? this.#ask('write', values) : this.#ask('write_and_tell', [...values, sender])
    return letter.resultsOf(await answer)
  }

  async read(namespace: string, operation: object): Promise<unknown> {
    return this.#ask('read', [namespace, JSON.stringify(operation)])
  }

  async transact(namespace: string, work: EngineWork, signal: AbortSignal | undefined): Promise<Ended> {
    const { connect, atOnce } = this.#owned.transactions
    if (atOnce < 1) {
      throw new StateStoreError(
        'TRANSACTION_UNSUPPORTED',
        `${this.location}: a transaction needs a connection beside the store's; give the pool at least two.`,
      )
    }
    return this.#places.within(() => transactOn(connect, namespace, this.#options, work, signal))
  }

  async pulse(): Promise<unknown> {
    return this.#ask('pulse', [])
  }

  failureOf(thrown: unknown): Failure {
    return postgresFailure(thrown, this.location)
  }

  close(): Promise<void> {
    return this.#owned.end()
  }

  async #ask(statement: keyof typeof STATEMENTS, values: readonly unknown[]): Promise<unknown> {
    const query: PostgresQuery = {
      text: STATEMENTS[statement],
      values,
      query_timeout: this.#options.timeoutMs,
      ...(this.#options.prepared ? { name: `pawl_${statement}` } : {}),
    }
    const { rows } = await this.#owned.pool.query(query)
    return JSON.parse((rows[0] as { answer: string | null }).answer ?? 'null') as unknown
  }
}
