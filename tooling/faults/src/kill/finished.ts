import { readFile } from 'node:fs/promises'
import { openSqliteStore } from '@pawl/state-store/sqlite'

/** Watches that a step which stands finished on disk is never called again, whatever dies afterwards. */
export class Finished {
  readonly #store: string
  readonly #runId: string
  readonly #effects: string
  /** How often each finished step had been called when it was first found finished. */
  readonly #calls = new Map<string, number>()

  /** `effects` is the file with a line for each call of a step's function. */
  constructor(store: string, runId: string, effects: string) {
    this.#store = store
    this.#runId = runId
    this.#effects = effects
  }

  /** Looks at what a killed process left; to be called while none is alive. */
  async note(): Promise<void> {
    await using store = await openSqliteStore({ path: this.#store })
    if ((await store.run(this.#runId)) === undefined) return
    const calls = await this.#count()
    for (const { kind, step } of await store.journal({ runId: this.#runId })) {
      const name = step ?? ''
      if (kind === 'step_completed' && !this.#calls.has(name)) this.#calls.set(name, calls.get(name) ?? 0)
    }
  }

  /** What was called although it was finished. */
  async violations(): Promise<string[]> {
    const calls = await this.#count()
    return [...this.#calls]
      .filter(([step, count]) => (calls.get(step) ?? 0) > count)
      .map(([step]) => `'${step}' stood finished on disk and was called again`)
  }

  async #count(): Promise<ReadonlyMap<string, number>> {
    const calls = new Map<string, number>()
    const text = await readFile(this.#effects, 'utf8').catch(() => '')
    for (const step of text.split('\n').filter(Boolean)) calls.set(step, (calls.get(step) ?? 0) + 1)
    return calls
  }
}
