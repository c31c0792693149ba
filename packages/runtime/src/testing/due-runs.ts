import { isFinished, type StateStore } from '@pawl/state-store'
import type { Runtime } from '../enter/runtime.ts'

/** Longer than any test lasts: nothing of it happens by itself. */
export const NEVER = '3650d'

/**
 * Tells a runtime of its due runs at the very moment when they are due, so that no sweep has to look again and again
 * while years of virtual time pass.
 */
export class DueRuns {
  readonly #store: StateStore
  readonly #listeners = new Set<() => void>()

  constructor(store: StateStore) {
    this.#store = store
  }

  /** When the next run that nobody holds may be claimed; `undefined` if there is none. */
  async next(): Promise<number | undefined> {
    const { items } = await this.#store.runs({ status: ['queued', 'waiting'], limit: 1_000 })
    const times = items.flatMap(({ readyAt }) => readyAt ?? [])
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** The hint of a store that somebody wrote. */
  tell(): void {
    for (const listener of this.#listeners) listener()
  }

  /** The same store, whose hints come from here. */
  hinted(): StateStore {
    return new Proxy(this.#store, {
      get: (target, name) => {
        if (name === 'watch') return (listener: () => void) => this.#listen(listener)
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** Resolves once a run of this runtime's store has ended, without asking the store again and again. */
export async function untilEnded(runtime: Runtime, store: StateStore, runId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = runtime.events.on('workflow.*', ({ type, payload }) => {
    const ends = type === 'workflow.completed' || type === 'workflow.failed' || type === 'workflow.cancelled'
    if (ends && (payload as { readonly runId: string }).runId === runId) resolve()
  })
  const run = await store.run(runId)
  if (run === undefined || !isFinished(run.status)) await promise
  stop()
}
