import { type Entry, foldJournal, isFinished, type Json, type StateStore } from '@pawl/state-store'
import type { Driven } from '../drive/drive-run.ts'
import type { Ports } from '../drive/ports.ts'
import { type ErrorRecord, RuntimeError, WorkflowCancelledError, WorkflowFailedError } from '../errors.ts'

/** A run that completed. */
export interface WorkflowResult<Output = unknown> {
  readonly runId: string
  readonly status: 'completed'
  readonly output: Output
  /** The version of the last entry. */
  readonly version: number
}

/** A run, or its workflow: what its result says does not need the definition. */
export interface OfType {
  readonly type: string
}

/** How often the store is asked, at most, for a run that another process drives. */
const ASK_EVERY_MS = 500

/** Without a hint it is asked after an eighth of the time waited so far, and after this at the latest. */
const PAUSE_SHARE = 8
const ASK_AT_LATEST_MS = 4_000

/** Those who wait for a long queue of tasks must not flood the store: together they ask so often, or every 30 s each. */
const ASKS_PER_SECOND = 200
const MOST_SPREAD_MS = 30_000

/** Lets callers wait for the end of runs, whoever drives them. */
export class Results {
  readonly #store: StateStore
  readonly #ports: Ports
  readonly #waiting = new Map<string, Set<(driven: Driven) => void>>()
  readonly #isHeld: (runId: string) => boolean
  #closed = false

  constructor(store: StateStore, ports: Ports, isHeld: (runId: string) => boolean) {
    this.#store = store
    this.#ports = ports
    this.#isHeld = isHeld
  }

  /** Nobody is told any more: waiting ends, the runs go on with other workers. */
  close(): void {
    this.#closed = true
    for (const runId of [...this.#waiting.keys()]) this.settle(runId, { halt: { why: 'released' } })
  }

  /** A run that this process held has ended, or is held no more. */
  settle(runId: string, driven: Driven): void {
    for (const tell of [...(this.#waiting.get(runId) ?? [])]) tell(driven)
  }

  /**
   * Resolves once the run has completed. Rejects with `WorkflowFailedError`, `WorkflowCancelledError`, or the
   * signal's reason, or `RUN_INTERRUPTED` when the runtime shuts down; the run itself goes on then.
   */
  async wait(runId: string, { type }: OfType, signal?: AbortSignal): Promise<WorkflowResult> {
    signal?.throwIfAborted()
    const began = this.#ports.now()
    while (true) {
      if (this.#closed) throw interrupted(runId)
      // A run that is held here tells by itself; of any other the store knows more.
      if (!this.#isHeld(runId)) {
        const ended = await this.#look(runId, type)
        if (ended !== undefined) return ended
      }
      const driven = await this.#next(runId, pauseAfter(this.#ports.now() - began), signal)
      if (driven !== undefined && 'result' in driven) return this.#resultOf(runId, type, driven)
    }
  }

  /** The next news of the run: from this process, or after a pause for a look into the store; sooner if it was written to. */
  #next(runId: string, pauseMs: number, signal: AbortSignal | undefined): Promise<Driven | undefined> {
    return new Promise((resolve, reject) => {
      const tellers = this.#waiting.get(runId) ?? new Set()
      this.#waiting.set(runId, tellers)
      const end = () => {
        tellers.delete(tell)
        if (tellers.size === 0) this.#waiting.delete(runId)
        cancel()
        stopWatching()
        signal?.removeEventListener('abort', abort)
      }
      const tell = (driven: Driven | undefined) => {
        end()
        resolve(driven)
      }
      const abort = () => {
        end()
        reject(signal?.reason)
      }
      const look = () => {
        // A run that is held here tells by itself; asking the store for it would be noise.
        if (this.#isHeld(runId)) cancel = this.#ports.setTimer(look, pauseMs)
        else tell(undefined)
      }
      const spreadMs = Math.min((this.#waiting.size * 1_000) / ASKS_PER_SECOND, MOST_SPREAD_MS)
      const soon = this.#ports.now() + Math.max(ASK_EVERY_MS, spreadMs)
      const hint = () => {
        cancel()
        cancel = this.#ports.setTimer(look, Math.max(0, soon - this.#ports.now()))
      }
      let cancel = this.#ports.setTimer(look, Math.max(pauseMs, spreadMs))
      const stopWatching = this.#store.watch(hint)
      tellers.add(tell)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  #resultOf(runId: string, type: string, driven: Extract<Driven, { result: unknown }>): WorkflowResult {
    const { result, version } = driven
    if (result.status === 'completed') return { runId, status: 'completed', output: result.output, version }
    if (result.status === 'failed') throw new WorkflowFailedError(runId, type, result.error)
    throw new WorkflowCancelledError(runId, type, result.reason)
  }

  /** The result of a run that ended elsewhere; `undefined` while it goes on, or while the store cannot say. */
  async #look(runId: string, type: string): Promise<WorkflowResult | undefined> {
    try {
      const run = await this.#store.run(runId)
      if (run === undefined) throw new RuntimeError('RUN_NOT_FOUND', `There is no run ${runId}.`)
      if (!isFinished(run.status)) return undefined
      // Up to the ending that was just seen: somebody may have resumed the run since.
      const journal = await this.#store.journal({ runId, version: run.version })
      return resultOfJournal(runId, type, journal)
    } catch (error) {
      // A store that is busy for a moment says nothing about the run.
      if ((error as { readonly retriable?: unknown }).retriable !== true) throw error
      return undefined
    }
  }
}

/** A result that is long in coming may be told a little later: asking often for days would cost more than it brings. */
const pauseAfter = (waitedMs: number): number =>
  Math.min(ASK_AT_LATEST_MS, Math.max(ASK_EVERY_MS, waitedMs / PAUSE_SHARE))

const interrupted = (runId: string): RuntimeError =>
  new RuntimeError(
    'RUN_INTERRUPTED',
    `The runtime was shut down before run ${runId} ended. The run goes on with the next runtime on this store: ` +
      `ask that one with getWorkflow('${runId}').`,
    { retriable: true },
  )

/** The result of a finished run, from its journal. Throws as {@link Results.wait} rejects. */
function resultOfJournal(runId: string, type: string, journal: readonly Entry[]): WorkflowResult {
  const { status, results, output, error } = foldJournal(journal)
  if (status === 'failed') throw new WorkflowFailedError(runId, type, error as unknown as ErrorRecord)
  if (status === 'cancelled') {
    throw new WorkflowCancelledError(runId, type, String((error as { reason?: Json } | null)?.reason ?? ''))
  }
  const { version = 0, meta } = journal.at(-1) ?? {}
  return { runId, status: 'completed', output: meta?.outputIs === 'results' ? results : output, version }
}
