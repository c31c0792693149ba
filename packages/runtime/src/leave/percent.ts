import type { Entry } from '@pawl/state-store'

/** Counts finished steps against those that are expected. */
export class Percent {
  readonly #expected: number | undefined
  /** Finished steps, and the version that each was finished with. */
  readonly #finished = new Map<string, number>()
  /** Shares of steps under way, from 0 to 1, as far as they tell. */
  readonly #shares = new Map<string, number>()

  constructor(expectedSteps: number | undefined) {
    this.#expected = expectedSteps
  }

  get now(): number | null {
    if (this.#expected === undefined) return null
    let done = this.#finished.size
    for (const share of this.#shares.values()) done += share
    // The last percent is the ending's own.
    return Math.min(99, Math.floor((done / Math.max(1, this.#expected)) * 100))
  }

  after(entry: Entry): number | null {
    if (entry.kind === 'completed') return 100
    if (entry.kind === 'rolled_back') this.#goBack(entry.meta.toVersion ?? 0)
    if (entry.kind === 'rolled_back' || entry.kind === 'resumed') this.#shares.clear()
    if (entry.step !== null && entry.kind.startsWith('step_')) {
      this.#shares.delete(entry.step)
      if (entry.kind !== 'step_failed') this.#finished.set(entry.step, entry.version)
    }
    return this.now
  }

  /** A step under way says how far it is. */
  advance(step: string, percent: number): void {
    if (!this.#finished.has(step)) this.#shares.set(step, percent / 100)
  }

  #goBack(toVersion: number): void {
    for (const [step, version] of this.#finished) if (version > toVersion) this.#finished.delete(step)
  }
}
