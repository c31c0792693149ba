import type { NewEntry, StateStoreError, Transaction, Verdict } from '@pawl/state-store'
import { type Execution, isOfTheEntry } from './execution.ts'
import { RunLost, type Turn, type Written } from './run-writer.ts'

/** One attempt of a step that writes in the store's own transaction. */
export interface TransactionAttempt {
  readonly work: (tx: Transaction) => unknown
  readonly signal: AbortSignal
  /** The step's entry for what `work` returned, and its text alone. Throws if that is not JSON. */
  readonly entryOf: (output: unknown) => { readonly entry: NewEntry; readonly text: string }
}

interface Made {
  readonly entry: NewEntry
  readonly text: string
}

/** After how many conflicts in a row one attempt has failed. */
const MAX_CONFLICTS = 5

const PAUSE_FROM_MS = 20
const PAUSE_TO_MS = 2_000

/**
 * A step's transaction with all its attempts: what its function writes and the step's entry are committed together, so
 * that each is there once or not at all. It takes its place among the run's commits (see `RunWriter`): one at a time.
 */
export class StepTransaction {
  readonly #execution: Execution
  #committed: string | undefined
  #underWay: Promise<unknown> = Promise.resolve()

  constructor(execution: Execution) {
    this.#execution = execution
  }

  /** The output's text, once it is committed. */
  get committed(): string | undefined {
    return this.#committed
  }

  /** The same, once no attempt is under way any more. */
  async settled(): Promise<string | undefined> {
    await this.#underWay
    return this.#committed
  }

  /** One attempt in a transaction of its own; an earlier one that was given up may still have committed. */
  async attempt(attempt: TransactionAttempt): Promise<void> {
    if ((await this.settled()) !== undefined) return
    const trying = this.#try(attempt)
    this.#underWay = trying.catch(() => {})
    await trying
  }

  /**
   * What the store could not do now, such as while it is busy, is no failure of the step: it is tried again, as a
   * commit is. What stood in the way of one another, such as a deadlock, is tried again a few times.
   */
  async #try(attempt: TransactionAttempt): Promise<void> {
    const { ports } = this.#execution.parts
    for (let tries = 1, conflicts = 0; ; tries++) {
      attempt.signal.throwIfAborted()
      const once = new OneTransaction(this.#execution, attempt)
      try {
        const written = await once.run()
        this.#committed = once.made?.text
        if (once.made !== undefined) this.#execution.left([once.made.entry], written)
        return
      } catch (error) {
        // Given up in time: nothing of it was committed.
        if (attempt.signal.aborted && error === attempt.signal.reason) throw error
        if (error instanceof RunLost) return this.#execution.abandon(error)
        if (error === once.thrown || isOfTheStep(error)) throw error
        if (!(error as StateStoreError).retriable) return this.#execution.abandon(error)
        if ((error as StateStoreError).code === 'STORE_CONFLICT') conflicts += 1
        if (conflicts === MAX_CONFLICTS) throw error
        const most = Math.min(PAUSE_FROM_MS * 2 ** tries, PAUSE_TO_MS)
        // Half of it random, so that two that were in each other's way do not meet again.
        await new Promise<void>((resolve) => ports.setTimer(resolve, (most / 2) * (1 + ports.random())))
      }
    }
  }
}

/** Errors that the step's function, what it returned, or its way of writing is to blame for. */
const isOfTheStep = (error: unknown): boolean => {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown }
  if (isOfTheEntry(error)) return true
  return name !== 'StateStoreError' || code === 'TRANSACTION_UNSUPPORTED' || code === 'TRANSACTION_MISUSED'
}

class OneTransaction {
  made: Made | undefined
  /** What the function threw, if it did. */
  thrown: unknown = Symbol('nothing')
  readonly #execution: Execution
  readonly #attempt: TransactionAttempt

  constructor(execution: Execution, attempt: TransactionAttempt) {
    this.#execution = execution
    this.#attempt = attempt
  }

  run(): Promise<Written> {
    return this.#execution.parts.store.engine === 'sqlite' ? this.#early() : this.#late()
  }

  /** On SQLite the whole transaction is one moment, so it is done in its turn. */
  #early(): Promise<Written> {
    const { store } = this.#execution.parts
    const { signal } = this.#attempt
    return this.#execution.inTurn((turn) =>
      store.transact(
        (tx) => {
          const output = this.#call(tx)
          // The store refuses it, and says why.
          if (isPromise(output)) return output as Promise<never>
          return { ...turn, entries: [this.#entryOf(output)] }
        },
        { signal },
      ),
    )
  }

  /** Elsewhere the turn is taken once the function has ended, so that a slow one holds up nothing of its run. */
  async #late(): Promise<Written> {
    const { store } = this.#execution.parts
    const ended = Promise.withResolvers<Verdict>()
    // If the turn never comes nobody listens.
    ended.promise.catch(() => {})
    let written: Promise<Written> | undefined
    const turn = (): Promise<Turn> =>
      new Promise((resolve, reject) => {
        written = this.#execution.inTurn((taken) => {
          resolve(taken)
          return ended.promise
        })
        written.catch(reject)
      })
    try {
      const verdict = await store.transact(
        async (tx) => {
          const entry = this.#entryOf(await this.#call(tx, true))
          return { ...(await turn()), entries: [entry] }
        },
        { signal: this.#attempt.signal },
      )
      ended.resolve(verdict)
      return await written!
    } catch (error) {
      ended.reject(error)
      throw error
    }
  }

  #call(tx: Transaction, awaited = false): unknown {
    try {
      const output = this.#attempt.work(tx)
      if (!awaited || !isPromise(output)) return output
      return output.catch((error: unknown) => this.#throw(error))
    } catch (error) {
      return this.#throw(error)
    }
  }

  #throw(error: unknown): never {
    this.thrown = error
    throw error
  }

  #entryOf(output: unknown): NewEntry {
    try {
      this.made = this.#attempt.entryOf(output)
      return this.made.entry
    } catch (error) {
      return this.#throw(error)
    }
  }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { readonly then?: unknown } | null)?.then === 'function'
