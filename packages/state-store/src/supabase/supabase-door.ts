import { StateStoreError } from '../contract/errors.ts'
import type { WriteOperation } from '../engine/writes.ts'
import type { Door, Failure } from '../postgres/door.ts'
import { letterOf } from '../postgres/wire.ts'
import type { Project } from './client.ts'
import { FailedRequest, httpFailure } from './http-errors.ts'

/** Of `sql/access/public-door.sql`. */
const DOOR = 'pawl_door'

/** The longest that a timer of JavaScript takes. */
const LONGEST_MS = 2 ** 31 - 1

export interface SupabaseDoorOptions {
  /** How long the program waits for one answer, in milliseconds; 0 for ever. */
  readonly timeoutMs: number
  readonly maxRequestBytes: number
}

/** The way over HTTPS: the gateway, PostgREST, and the one function of `public` that leads to the schema `pawl`. */
export class SupabaseDoor implements Door {
  readonly location: string
  readonly maxRequestBytes: number
  readonly maxAnswerBytes = 2 * 1024 * 1024
  readonly #project: Project
  readonly #timeoutMs: number

  constructor(project: Project, options: SupabaseDoorOptions) {
    this.#project = project
    this.#timeoutMs = Math.min(options.timeoutMs, LONGEST_MS)
    this.location = project.location
    this.maxRequestBytes = options.maxRequestBytes
  }

  async write(namespace: string, batch: readonly WriteOperation[]): Promise<readonly unknown[]> {
    const letter = letterOf(batch)
    const { answer, data } = await this.#ask({ action: 'write', namespace, batch: letter.body })
    if (!letter.isAnsweredBy(data)) throw new FailedRequest(answer, false)
    return letter.resultsOf(data)
  }

  async read(namespace: string, operation: object): Promise<unknown> {
    return (await this.#ask({ action: 'read', namespace, operation })).data
  }

  async transact(): Promise<never> {
    throw new StateStoreError(
      'TRANSACTION_UNSUPPORTED',
      `${this.location}: over HTTPS there is no transaction that a program could write in. Set DATABASE_URL to the ` +
        "project's connection string (dashboard: Connect) and leave SUPABASE_URL out, or open the store with a " +
        'connectionString; it is the same database, and its runs are the same.',
    )
  }

  async pulse(): Promise<unknown> {
    return (await this.#ask({ action: 'pulse' })).data
  }

  failureOf(thrown: unknown): Failure {
    return httpFailure(thrown, this.location)
  }

  /** Nothing is kept open: every call is a request of its own. */
  async close(): Promise<void> {}

  async #ask(body: object) {
    const signal = this.#timeoutMs === 0 ? undefined : AbortSignal.timeout(this.#timeoutMs)
    const answer = await this.#project.rpc(DOOR, body, signal)
    if (answer.error !== null || answer.status < 200 || answer.status > 299)
      throw new FailedRequest(answer, answer.status === 0 && signal?.aborted === true)
    return { answer, data: answer.data }
  }
}
