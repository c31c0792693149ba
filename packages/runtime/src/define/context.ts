import type { LogLevel, Transaction } from '@pawl/state-store'
import type { AnyAgent, CallPolicy, OutputOf } from './agent.ts'
import type { Duration } from './duration.ts'
import type { Jsonify } from './jsonify.ts'
import type { StepContext } from './step.ts'

export interface StepOptions extends CallPolicy {
  /**
   * Tells steps of one name apart, and stands for the step's input: part of its name in the journal, so the
   * same step with another key is another step.
   */
  readonly key?: string
  /** The step's declared input. Its hash is kept; another input on replay is a `NonDeterminismError`. */
  readonly input?: unknown
}

/** A step that an agent does. */
export interface AgentStep<A extends AnyAgent | string = AnyAgent | string> extends StepOptions {
  readonly agent: A
}

/** One branch of `ctx.all`: its steps have names of their own. */
export type Branch<T = unknown> = (ctx: WorkflowContext) => Promise<T>

type BranchResults<B> = { -readonly [K in keyof B]: B[K] extends Branch<infer T> ? T : never }

/**
 * What a code workflow is given. Everything that is not deterministic — calls, clocks, random numbers — goes
 * into a step; the code between the steps runs again after a crash, with the recorded outcomes.
 *
 * When the run is cancelled, or another worker takes it, promises of this context never settle: the function
 * is simply abandoned, and no `catch` or `finally` runs on false grounds.
 */
export interface WorkflowContext {
  readonly runId: string
  readonly workflow: string
  /** Fires when this execution of the run ends early: cancel, a lost lease, shutdown. */
  readonly abortSignal: AbortSignal

  /**
   * Does the work once and records its outcome; after a crash the recorded outcome is returned instead.
   * Resolves to what JSON makes of the output, on first execution too.
   *
   * Rejects with `StepFailedError` once attempts are used up (recorded: it rejects alike on replay), and with
   * `AMBIGUOUS_STEP` if the same name is under way in a parallel branch.
   */
  step<T>(
    name: string,
    work: (step: StepContext) => T | Promise<T>,
    options?: StepOptions,
  ): Promise<Jsonify<Awaited<T>>>
  step<A extends AnyAgent | string>(name: string, work: AgentStep<A>): Promise<Jsonify<OutputOf<A>>>

  /**
   * A step whose function writes in the store's own database transaction: what it writes and the step's outcome are
   * committed together, so both happen exactly once, whatever happens to the process. The function itself may run
   * again: after a crash before the commit, after a conflict with another transaction, at each retry; nothing is left
   * of the transaction before.
   *
   * On Postgres `tx` is `{ engine: 'postgres', client }`, with `client.query(text, values)` as in `pg`. On SQLite it is
   * `{ engine: 'sqlite', db }`, a connection to the store's file, and the function must be synchronous: it runs in this
   * thread. Annotate `tx` as `PostgresTransaction` or `SqliteTransaction` if the store is known. Name your tables with
   * a prefix of your own, and leave those of the store alone.
   *
   * Rejects as `step` does; `TRANSACTION_UNSUPPORTED` is the failure where there is no transaction to be had (Supabase
   * over HTTPS), `TRANSACTION_MISUSED` that of an asynchronous function on SQLite, of a transaction that its function
   * ended itself, and of a failed statement that it passed over.
   */
  transaction<T, E extends Transaction = Transaction>(
    name: string,
    work: (tx: E, step: StepContext) => T | Promise<T>,
    options?: StepOptions,
  ): Promise<Jsonify<Awaited<T>>>

  /** Waits durably: the process may end meanwhile. The time starts when the sleep is first reached. */
  sleep(name: string, duration: Duration): Promise<void>

  /** Waits durably for `signalWorkflow(runId, name, payload)`. Rejects with `SIGNAL_TIMEOUT` after `timeout`. */
  signal<T = unknown>(name: string, options?: { readonly timeout?: Duration }): Promise<T>

  /** Runs branches side by side; each has a name scope of its own. Rejects with the first failure. */
  all<const B extends readonly Branch[] | { readonly [name: string]: Branch }>(
    branches: B,
  ): Promise<BranchResults<B>>

  /** Runs one branch an item, at most `concurrency` at once (default: all). Branches are named by `key` or by index. */
  map<T, R>(
    items: readonly T[],
    branch: (ctx: WorkflowContext, item: T, index: number) => Promise<R>,
    options?: { readonly key?: (item: T, index: number) => string; readonly concurrency?: number },
  ): Promise<R[]>

  /** Merges a patch into the run's shared state, as a recorded step. */
  share(patch: { readonly [key: string]: unknown }): Promise<void>

  /**
   * Says something to whoever watches the run: the event `run.log`, and the logs of the store and of the program (see the
   * option `logs`), without secrets. Default level `info`. May be lost, unlike what a step returns. What code says again
   * while it runs on recorded outcomes is marked `replayed` and logged once.
   */
  log(message: string, details?: unknown, level?: LogLevel): void
}
