interface Timer {
  readonly at: number
  readonly order: number
  readonly fn: () => void
}

/**
 * Clock, timers and chance as the packages take them in, without the machine's: the time stands still until told to
 * move. Set `time` alone for a clock that jumps and timers that are late.
 */
export class VirtualPorts {
  time = 1_000_000
  /** Always one half, unless the test sets something else. */
  random: () => number = () => 0.5
  #timers = new Set<Timer>()
  #order = 0

  now(): number {
    return this.time
  }

  setTimer(fn: () => void, ms: number): () => void {
    const timer = { at: this.time + ms, order: this.#order++, fn }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are armed. */
  get armed(): number {
    return this.#timers.size
  }

  /** Lets the time pass, firing what is due in order, and lets promises settle around each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.fn()
      await settled()
    }
    this.time = end
  }

  #due(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Long after every promise chain in the tests. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
