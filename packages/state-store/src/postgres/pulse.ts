/** Tells that somebody may have written: a hint, on which nothing rests. */
export interface Watch {
  watch(listener: () => void): () => void
  /** Tells nothing more. */
  stop(): void | Promise<void>
}

/** Looks now and then whether somebody wrote, as long as somebody wants to know. */
export class Pulse implements Watch {
  readonly #read: () => Promise<unknown>
  readonly #everyMs: number
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #last: unknown
  #again = false

  /** `read` answers a number that moves with every write; `everyMs` 0 never asks. */
  constructor(read: () => Promise<unknown>, everyMs: number) {
    this.#read = read
    this.#everyMs = everyMs
  }

  watch(listener: () => void): () => void {
    if (this.#everyMs === 0) return () => {}
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) void this.#look()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    this.#listeners.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#last = undefined
  }

  async #look(): Promise<void> {
    // A hint may be missed; the next request of the program names what is wrong.
    const now = await this.#read().catch(() => this.#last)
    if (this.#listeners.size === 0) return
    const moved = this.#last !== undefined && now !== this.#last
    this.#last = now
    // The number moves before the write can be seen: tell it once more, one look later.
    if (moved || this.#again) for (const listener of this.#listeners) listener()
    this.#again = moved
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), this.#everyMs)
    this.#timer.unref?.()
  }
}
