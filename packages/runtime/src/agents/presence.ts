import type { Json, StateStore } from '@pawl/state-store'
import type { CallCounts } from './call-window.ts'

/** Cells of processes; each process writes its own. */
const PREFIX = 'worker/'

/** What a process tells the others of itself: which agents it runs, and how its calls of them went lately. */
export interface Presence {
  readonly format: 1
  readonly agents: { readonly [agent: string]: CallCounts }
}

/** A live process. */
export interface LiveWorker {
  readonly worker: string
  readonly at: number
  readonly agents: Presence['agents']
}

/** This process's cell: it vanishes by itself when the process ends without a word. */
export class OwnPresence {
  readonly #store: Pick<StateStore, 'cells'>
  readonly #key: string
  readonly #ttlMs: number
  #revision: number | null = null

  constructor(store: Pick<StateStore, 'cells'>, worker: string, ttlMs: number) {
    this.#store = store
    this.#key = `${PREFIX}${worker}`
    this.#ttlMs = ttlMs
  }

  async tell(agents: Presence['agents']): Promise<void> {
    const value: Presence = { format: 1, agents }
    // Nobody else writes it; it may have run out, or be left from a process of the same name.
    for (let tries = 0; tries < 2; tries++) {
      const write = { key: this.#key, value, expected: this.#revision, ttlMs: this.#ttlMs }
      const verdict = await this.#store.cells.write(write)
      this.#revision = verdict.ok ? verdict.revision : (verdict.current?.revision ?? null)
      if (verdict.ok) return
    }
  }

  async leave(): Promise<void> {
    if (this.#revision !== null) await this.#store.cells.remove({ key: this.#key, expected: this.#revision })
    this.#revision = null
  }
}

/** Every process that lives. */
export async function liveWorkers({ cells }: Pick<StateStore, 'cells'>): Promise<readonly LiveWorker[]> {
  const found: LiveWorker[] = []
  let cursor: string | null = null
  do {
    const page = await cells.list({ prefix: PREFIX, limit: 200, ...(cursor === null ? {} : { cursor }) })
    for (const { key, value, at } of page.items) {
      if (isPresence(value)) found.push({ worker: key.slice(PREFIX.length), at, agents: value.agents })
    }
    cursor = page.next
  } while (cursor !== null)
  return found
}

/** What another release writes is not guessed. */
const isPresence = (value: Json): value is Json & Presence =>
  typeof value === 'object' && value !== null && (value as { readonly format?: unknown }).format === 1
