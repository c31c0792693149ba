import { StateStoreError } from '../contract/errors.ts'
import type { EngineWork } from '../engine/engine.ts'
import type { CommitOperation, CommitResult } from '../engine/writes.ts'
import type { Ended, Failure } from './door.ts'
import { openTransaction } from './open-transaction.ts'
import type { PostgresClient, PostgresQuery } from './pool.ts'
import { postgresFailure } from './postgres-errors.ts'
import { letterOf } from './wire.ts'

export interface TransactionOptions {
  readonly location: string
  /** How long to wait for the answer to one of the store's own statements, in milliseconds. */
  readonly timeoutMs: number
  readonly sender: string | null
}

/**
 * Between the store's write and its commit the server waits for nobody: a program that vanished there must not keep the
 * run locked until TCP notices.
 */
const COMMIT_WITHIN_MS = 10_000

/** Stands in the transaction as long as it is the one that the store began, and goes with it. */
const MARK = 'pawl.transaction'

const WRITE = `
  select set_config('idle_in_transaction_session_timeout', '${COMMIT_WITHIN_MS}', true),
         case when current_setting('${MARK}', true) = $4 then pawl.write($1, $2::text::jsonb, $3)::text end as answer`

/**
 * transact: others' writes and one commit in one transaction. The function is called between `begin` and the same
 * `pawl.write` that all commits go through, so that fence and version are checked by the write itself; its lock on the
 * run is taken last, and held for that call alone.
 */
export async function transactOn(
  connect: () => Promise<PostgresClient>,
  namespace: string,
  options: TransactionOptions,
  work: EngineWork,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  signal?.throwIfAborted()
  const failureOf = (thrown: unknown): Failure => postgresFailure(thrown, options.location)
  const client = await connect().catch((thrown: unknown) => {
    throw failureOf(thrown).error
  })
  const session = new Session(client, namespace, options)
  try {
    return await session.run(work, signal)
  } finally {
    await session.leave()
  }
}

const ignore = (): void => {}

class Session {
  readonly #client: PostgresClient
  readonly #namespace: string
  readonly #options: TransactionOptions
  readonly #mark = crypto.randomUUID()
  /** Whether a transaction may be open; `broken`: whether anything can be asked of the connection. */
  #isOpen = false
  #broken = false

  constructor(client: PostgresClient, namespace: string, options: TransactionOptions) {
    this.#client = client
    this.#namespace = namespace
    this.#options = options
    // Between two statements nobody else listens, and an event 'error' that nobody hears ends the program.
    client.on?.('error', ignore)
  }

  async run(work: EngineWork, signal: AbortSignal | undefined): Promise<Ended> {
    // Set by a command that takes no snapshot, so that the function may still choose the isolation level.
    await this.#own(`begin; set local ${MARK} = '${this.#mark}'`)
    this.#isOpen = true
    const operation = await this.#operationOf(work, signal)
    const result = await this.#write(operation)
    if (!result.ok) return { result }
    return this.#commit(operation, result)
  }

  /** Ends what is open, and gives the connection back if it is still good. */
  async leave(): Promise<void> {
    if (this.#isOpen && !this.#broken) await this.#own('rollback').catch(ignore)
    this.#client.off?.('error', ignore)
    this.#client.release(this.#broken)
  }

  async #operationOf(work: EngineWork, signal: AbortSignal | undefined): Promise<CommitOperation> {
    const opened = openTransaction(this.#client, (thrown) => this.#failureOf(thrown))
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([Promise.resolve(opened.tx).then(work), aborted])
    } catch (error) {
      // Its statement may wait for a lock: only the end of the connection ends that.
      if (signal?.aborted === true) this.#broken = true
      const failure = opened.behind(error)
      if (failure === undefined) throw error
      this.#broken ||= failure.fate === 'unknown'
      throw failure.error
    } finally {
      signal?.removeEventListener('abort', abort)
      opened.close()
    }
  }

  async #write(operation: CommitOperation): Promise<CommitResult> {
    const letter = letterOf([operation])
    const { sender } = this.#options
    const values = [this.#namespace, JSON.stringify(letter.body), sender, this.#mark]
    const { rows } = await this.#own(WRITE, values)
    const { answer } = rows[0] as { readonly answer: string | null }
    if (answer === null) throw misused('it was ended by its own function')
    return letter.resultsOf(JSON.parse(answer))[0] as CommitResult
  }

  async #commit(operation: CommitOperation, result: CommitResult): Promise<Ended> {
    try {
      await this.#query('commit')
      this.#isOpen = false
      return { result }
    } catch (thrown) {
      const { error, fate } = this.#failureOf(thrown)
      if (fate === 'unknown') {
        this.#broken = true
        return { inDoubt: operation, error }
      }
      this.#isOpen = false
      // A constraint that is checked at the end is the function's own.
      throw fate === 'refused' ? thrown : error
    }
  }

  /** A statement of the store's own: what fails of it is the store's failure. */
  async #own(text: string, values?: readonly unknown[]) {
    try {
      return await this.#query(text, values)
    } catch (thrown) {
      if ((thrown as { readonly code?: unknown } | null)?.code === ABORTED)
        throw misused('a statement in it failed and its function passed over that')
      const { error, fate } = this.#failureOf(thrown)
      if (fate === 'unknown') this.#broken = true
      throw error
    }
  }

  #query(text: string, values?: readonly unknown[]) {
    const query: PostgresQuery = { text, query_timeout: this.#options.timeoutMs }
    return this.#client.query(values === undefined ? query : { ...query, values })
  }

  #failureOf(thrown: unknown): Failure {
    return postgresFailure(thrown, this.#options.location)
  }
}

/** in_failed_sql_transaction */
const ABORTED = '25P02'

const misused = (how: string): StateStoreError =>
  new StateStoreError(
    'TRANSACTION_MISUSED',
    `The transaction cannot be committed: ${how}. Leave begin, commit and rollback to the store, and let errors of ` +
      'statements through, or put a savepoint before what may fail.',
  )
