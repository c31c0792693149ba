import type { Entry, KeptChunk } from '@pawl/state-store'

interface Holder {
  readonly epoch: number
  readonly fence: number
}

/** Chunks that were read from the store and not told yet, in the order of their places. */
export class PendingChunks {
  readonly #chunks: KeptChunk[] = []
  /** How many there are of each step. */
  readonly #counts = new Map<string, number>()

  /** The place of the first one. */
  get first(): number | undefined {
    return this.#chunks[0]?.place
  }

  add(chunks: readonly KeptChunk[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk)
      this.#counts.set(chunk.step, (this.#counts.get(chunk.step) ?? 0) + 1)
    }
  }

  /**
   * The next one that belongs before an entry: written under an older epoch or fence, or by the entry's own step, or at
   * all if the entry ends the run. The store keeps chunks in the order of epochs and fences.
   */
  takeBefore(entry: Entry): KeptChunk | undefined {
    const [first] = this.#chunks
    const age = first === undefined ? 1 : ageOf(first, entry)
    if (age < 0 || (age === 0 && isEnding(entry))) return this.take()
    return entry.step === null ? undefined : this.takeOf(entry.step, entry)
  }

  /** The next one of a step, unless it was written under a newer epoch or fence than the holder's. */
  takeOf(step: string, holder?: Holder): KeptChunk | undefined {
    if (!this.#counts.has(step)) return undefined
    const index = this.#chunks.findIndex((chunk) => chunk.step === step)
    const chunk = this.#chunks[index]
    if (chunk === undefined || (holder !== undefined && ageOf(chunk, holder) > 0)) return undefined
    return this.#takeAt(index)
  }

  take(): KeptChunk | undefined {
    return this.#takeAt(0)
  }

  #takeAt(index: number): KeptChunk | undefined {
    const [taken] = this.#chunks.splice(index, 1)
    if (taken === undefined) return undefined
    const left = (this.#counts.get(taken.step) ?? 0) - 1
    if (left > 0) this.#counts.set(taken.step, left)
    else this.#counts.delete(taken.step)
    return taken
  }
}

const ageOf = (a: Holder, b: Holder): number => a.epoch - b.epoch || a.fence - b.fence

/** Whether the entry ends its run. */
export const isEnding = ({ kind }: Entry): boolean =>
  kind === 'completed' || kind === 'failed' || kind === 'cancelled'
