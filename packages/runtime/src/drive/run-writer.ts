import type { Commit, NewEntry, Next, StateStore, StateStoreError, Verdict } from '@pawl/state-store'
import { RuntimeError } from '../errors.ts'
import type { Ports } from './ports.ts'

export interface HeldRun {
  readonly runId: string
  readonly type: string
  readonly worker: string
  readonly fence: number
  readonly epoch: number
  /** The version of the last entry when the run was claimed. */
  readonly version: number
}

/** An accepted write. */
export interface Written {
  /** The version of the first entry of this append. */
  readonly version: number
  readonly at: number
  readonly inbox: number
}

/** What a commit is fenced by: its place in the run's journal. */
export type Turn = Pick<Commit, 'runId' | 'worker' | 'fence' | 'version'>

interface Waiting {
  readonly entries: readonly NewEntry[]
  readonly next: Next | undefined
  /** Makes the commit in its turn itself, instead of these entries. */
  readonly make: ((turn: Turn) => Promise<Verdict>) | undefined
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/** The run belongs to somebody else now, or has ended: whatever was under way is void. A result, not a fault. */
export class RunLost extends Error {}

const RETRY_FROM_MS = 50
const RETRY_TO_MS = 2_000

/**
 * Appends to one run's journal. One commit is under way at a time; what is appended meanwhile travels in the
 * next one, so versions are numbered without gaps and parallel steps share a write.
 *
 * A store that is busy or full for a moment is asked again with the same commit, which is safe: the same fence,
 * version and content again is the first verdict.
 */
export class RunWriter {
  readonly #store: StateStore
  readonly #run: HeldRun
  readonly #ports: Ports
  #version: number
  #queue: Waiting[] = []
  #writing = false
  #lost: RunLost | undefined

  constructor(store: StateStore, run: HeldRun, ports: Ports) {
    this.#store = store
    this.#run = run
    this.#ports = ports
    this.#version = run.version
  }

  /** The version of the last entry that was accepted. */
  get version(): number {
    return this.#version
  }

  /** Rejects with {@link RunLost}, with `RUN_LIMIT`, or with the store's error for an entry that it cannot take. */
  append(entries: readonly NewEntry[], next?: Next): Promise<Written> {
    return this.#add({ entries, next, make: undefined })
  }

  /**
   * Lets `make` do the next commit of the run by itself; nothing else of the run is committed meanwhile. It is asked
   * once. Rejects as `append` does, and with whatever `make` rejects with.
   */
  inTurn(make: (turn: Turn) => Promise<Verdict>): Promise<Written> {
    return this.#add({ entries: [], next: undefined, make })
  }

  /** Stops at once: nothing more is asked of the store. */
  lose(): void {
    this.#lost ??= new RunLost(`Run ${this.#run.runId} belongs to somebody else now.`)
  }

  #add(asked: Pick<Waiting, 'entries' | 'next' | 'make'>): Promise<Written> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...asked, resolve, reject })
      if (!this.#writing) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#writing = true
    while (this.#queue.length > 0) await this.#write(this.#takeBatch())
    this.#writing = false
  }

  /** Everything up to the first that moves the run on; who makes its commit itself, alone. A refused batch is taken apart. */
  #takeBatch(): Waiting[] {
    const alone = this.#queue.findIndex((waiting) => waiting.make !== undefined)
    if (alone === 0) return this.#queue.splice(0, 1)
    const end = this.#queue.findIndex((waiting) => waiting.next !== undefined)
    const ends = [alone, end + 1, this.#queue.length].filter((length) => length > 0)
    return this.#queue.splice(0, Math.min(...ends))
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const verdict = await this.#commit(batch)
      if (verdict.ok) this.#accept(batch, verdict)
      else this.#refuse(batch, verdict)
    } catch (error) {
      if (batch.length === 1 || error === this.#lost) for (const waiting of batch) waiting.reject(error)
      // One entry that the store cannot take must not fail its neighbours.
      else for (const waiting of batch) await this.#write([waiting])
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<Verdict> {
    const { runId, worker, fence } = this.#run
    const turn: Turn = { runId, worker, fence, version: this.#version + 1 }
    const { next, make } = batch.at(-1)!
    if (make !== undefined) return this.#lost === undefined ? make(turn) : Promise.reject(this.#lost)
    const entries = batch.flatMap((waiting) => waiting.entries)
    const commit = { ...turn, entries, ...(next === undefined ? {} : { next }) }
    for (let delay = RETRY_FROM_MS; ; delay = Math.min(delay * 2, RETRY_TO_MS)) {
      if (this.#lost !== undefined) throw this.#lost
      try {
        return await this.#store.commit(commit)
      } catch (error) {
        if (!isRetriable(error)) throw error
        await new Promise<void>((resolve) => this.#ports.setTimer(resolve, delay))
      }
    }
  }

  #accept(batch: readonly Waiting[], verdict: Extract<Verdict, { ok: true }>): void {
    let version = this.#version + 1
    this.#version = verdict.version
    for (const waiting of batch) {
      waiting.resolve({ version, at: verdict.at, inbox: verdict.inbox })
      version += waiting.entries.length
    }
  }

  #refuse(batch: readonly Waiting[], verdict: Extract<Verdict, { ok: false }>): void {
    const error = this.#errorOf(verdict)
    for (const waiting of batch) waiting.reject(error)
  }

  #errorOf(verdict: Extract<Verdict, { ok: false }>): Error {
    if (verdict.reason === 'run_limit') return new RuntimeError('RUN_LIMIT', verdict.message)
    if (verdict.reason === 'duplicate_step') return new RuntimeError('DUPLICATE_STEP', verdict.message)
    this.#lost ??= new RunLost(verdict.message)
    return this.#lost
  }
}

const isRetriable = (error: unknown): boolean =>
  (error as StateStoreError | null)?.name === 'StateStoreError' && (error as StateStoreError).retriable
