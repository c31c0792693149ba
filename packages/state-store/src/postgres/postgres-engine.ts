import type { StateStoreError } from '../contract/errors.ts'
import type { Engine, EngineWork, Outcome } from '../engine/engine.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { JournalRow, RunRow } from '../engine/rows.ts'
import type { CommitOperation, CommitResult, WriteOperation } from '../engine/writes.ts'
import { readBounded } from './bounded-reads.ts'
import type { Door } from './door.ts'
import { partsOf } from './parts.ts'
import { persist } from './persist.ts'
import type { Watch } from './pulse.ts'

/**
 * What a second call does not do twice: each is idempotent by an id of its own, by its version, or by its nature.
 * A claim whose answer was lost is none of them, nor is a rollback; nor what would be done over another's later write,
 * such as enabling an agent or putting a schedule.
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
  'write_cell',
  'remove_cell',
  'register_agent',
  'fire',
  'advance',
  'delete_run',
  'compact',
  'telemetry',
  'rotate',
  'write_output',
])

/** Postgres behind the store: every call is one statement, and the database functions do the rest. */
export class PostgresEngine implements Engine {
  readonly name = 'postgres'
  readonly location: string
  /** Two statements of a pool may overtake one another. */
  readonly keepsOrder = false
  readonly #door: Door
  readonly #namespace: string
  readonly #watch: Watch

  constructor(door: Door, namespace: string, watch: Watch) {
    this.#door = door
    this.#namespace = namespace
    this.#watch = watch
    this.location = door.location
  }

  async write(batch: readonly WriteOperation[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    for (const part of partsOf(batch, this.#door.maxRequestBytes)) {
      const inTheWay = await this.#writePart(part, outcomes)
      if (inTheWay === undefined) continue
      // What became of this part is not known: what follows might overtake it, and is not sent.
      while (outcomes.length < batch.length) outcomes.push({ ok: false, error: inTheWay })
      break
    }
    return outcomes
  }

  async read(operation: ReadOperation): Promise<unknown> {
    try {
      return await readBounded(operation, this.#door.maxAnswerBytes, (asked) =>
        persist(() => this.#door.read(this.#namespace, asked), true, this.#failureOf),
      )
    } catch (error) {
      throw this.#failureOf(error).error
    }
  }

  async transact(work: EngineWork, signal: AbortSignal | undefined): Promise<CommitResult> {
    const ended = await this.#door.transact(this.#namespace, work, signal)
    if ('result' in ended) return ended.result
    const found = await this.#find(ended.inDoubt)
    if (found === undefined) throw ended.error
    return found
  }

  /**
   * The verdict of a transaction whose answer was lost, or `undefined` if it did not commit. A confirmation of nothing
   * waits for the lock on the run: whoever gets it knows that the transaction, which had it, has ended.
   */
  async #find(commit: CommitOperation): Promise<CommitResult | undefined> {
    const { runId, fence, version, entries } = commit
    const [waited] = await this.write([{ op: 'confirm', runId, version: 0 }])
    if (waited?.ok === false) throw waited.error
    const range = { from: version, to: version, since: null, until: null, kinds: null, limit: 1 }
    const rows = (await this.read({ op: 'entries', runId, ...range })) as readonly JournalRow[] | null
    const [row] = rows ?? []
    if (row === undefined || row.fence !== fence || row.meta !== entries[0]?.meta) return undefined
    const run = (await this.read({ op: 'run', runId })) as RunRow
    return {
      ok: true,
      version: version + entries.length - 1,
      status: run.status,
      inbox: run.inbox,
      at: row.at,
    }
  }

  watch(listener: () => void): () => void {
    return this.#watch.watch(listener)
  }

  async close(): Promise<void> {
    await this.#watch.stop()
    await this.#door.close()
  }

  /** Adds the outcome of each operation; or returns the error that leaves open what became of them. */
  async #writePart(
    part: readonly WriteOperation[],
    outcomes: Outcome[],
  ): Promise<StateStoreError | undefined> {
    const repeatable = part.every(({ op }) => REPEATABLE.has(op))
    try {
      const write = () => this.#door.write(this.#namespace, part)
      for (const value of await persist(write, repeatable, this.#failureOf))
        outcomes.push({ ok: true, value })
      return
    } catch (thrown) {
      const { error, fate } = this.#failureOf(thrown)
      if (fate === 'unknown') return error
      if (part.length === 1 || fate !== 'refused') {
        for (const _ of part) outcomes.push({ ok: false, error })
        return
      }
    }
    // One bad operation must not fail its neighbours: each goes again in a transaction of its own.
    for (const operation of part) {
      const inTheWay = await this.#writePart([operation], outcomes)
      if (inTheWay !== undefined) return inTheWay
    }
    return
  }

  readonly #failureOf = (thrown: unknown) => this.#door.failureOf(thrown)
}
