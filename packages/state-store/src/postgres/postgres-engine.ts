import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { WriteOperation } from '../engine/writes.ts'
import type { OwnedPool } from './pool.ts'
import { isLostAnswer, isOfOneOperation, isRolledBack, postgresError } from './postgres-errors.ts'
import { Pulse } from './pulse.ts'

export interface EngineOptions {
  readonly namespace: string
  readonly location: string
  /** How long the program waits for one answer, in milliseconds. */
  readonly timeoutMs: number
  /** How often a watcher looks, in milliseconds; 0 for never. */
  readonly pollMs: number
}

const WRITE = 'select pawl.write($1, $2::text::jsonb)::text as answer'
const READ = 'select pawl.read($1, $2::text::jsonb)::text as answer'
const PULSE = 'select pawl.read_pulse()::text as answer'

/** How often something is asked again at once, with pauses of 10, 20, 40 and 80 ms in between. */
const TRIES = 5

/**
 * What a second call does not do twice: each is idempotent by an id of its own, by its version, or by its nature.
 * A claim whose answer was lost is none of them, nor is a rollback.
 */
const REPEATABLE: ReadonlySet<WriteOperation['op']> = new Set([
  'open',
  'heartbeat',
  'release',
  'commit',
  'send',
  'fork',
  'confirm',
  'set_clock',
])

/** Postgres behind the store: every call is one statement, and the database functions do the rest. */
export class PostgresEngine implements Engine {
  readonly name = 'postgres'
  readonly location: string
  /** Two statements of a pool may overtake one another. */
  readonly keepsOrder = false
  readonly #owned: OwnedPool
  readonly #options: EngineOptions
  readonly #pulse: Pulse

  constructor(owned: OwnedPool, options: EngineOptions) {
    this.#owned = owned
    this.#options = options
    this.location = options.location
    this.#pulse = new Pulse(() => this.#ask(PULSE, []), options.pollMs)
  }

  async write(batch: readonly WriteOperation[]): Promise<readonly Outcome[]> {
    try {
      return await this.#writeTogether(batch)
    } catch (error) {
      // One bad operation must not fail its neighbours: each goes again in a transaction of its own.
      if (batch.length === 1 || !isOfOneOperation(error)) return batch.map(() => this.#failed(error))
    }
    const outcomes: Outcome[] = []
    for (const operation of batch) {
      outcomes.push(
        await this.#writeTogether([operation]).then(
          ([one]) => one!,
          (error) => this.#failed(error),
        ),
      )
    }
    return outcomes
  }

  async read(operation: ReadOperation): Promise<unknown> {
    const values = [this.#options.namespace, JSON.stringify(operation)]
    try {
      return JSON.parse(await this.#persist(() => this.#ask(READ, values), true)) as unknown
    } catch (error) {
      throw postgresError(error, this.location)
    }
  }

  watch(listener: () => void): () => void {
    return this.#pulse.watch(listener)
  }

  async close(): Promise<void> {
    this.#pulse.stop()
    await this.#owned.end()
  }

  async #writeTogether(batch: readonly WriteOperation[]): Promise<readonly Outcome[]> {
    const repeatable = batch.every(({ op }) => REPEATABLE.has(op))
    const values = [this.#options.namespace, JSON.stringify(batch)]
    const answer = await this.#persist(() => this.#ask(WRITE, values), repeatable)
    return (JSON.parse(answer) as unknown[]).map((value) => ({ ok: true, value }))
  }

  /** Asks again what was certainly not done; and, if it may be done twice, what perhaps was. */
  async #persist(attempt: () => Promise<string>, repeatable: boolean): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt()
      } catch (error) {
        const again = isRolledBack(error) || (repeatable && isLostAnswer(error))
        if (!again || tries === TRIES) throw error
        // Half of it random, so that two that were in each other's way do not meet again.
        await sleep(2 ** tries * 5 * (0.5 + Math.random() / 2))
      }
    }
  }

  async #ask(text: string, values: readonly unknown[]): Promise<string> {
    const query = { text, values, query_timeout: this.#options.timeoutMs }
    const { rows } = await this.#owned.pool.query(query)
    return (rows[0] as { answer: string | null }).answer ?? 'null'
  }

  readonly #failed = (error: unknown): Outcome => ({ ok: false, error: postgresError(error, this.location) })
}
