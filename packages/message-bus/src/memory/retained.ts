/** Limits of what is kept. */
export interface Retention {
  readonly maxCount: number
  readonly maxAgeMs: number
  /** Characters of all values together. */
  readonly maxChars: number
}

/** Texts by key, the newest kept: bounded by count, age and size. */
export class RetainedTexts {
  readonly #retention: Retention
  readonly #kept = new Map<string, { readonly text: string; readonly at: number }>()
  #chars = 0
  #dropped = 0

  constructor(retention: Retention) {
    this.#retention = retention
  }

  get size(): number {
    return this.#kept.size
  }

  /** Texts let go before their age. */
  get dropped(): number {
    return this.#dropped
  }

  set(key: string, text: string, now: number): void {
    this.delete(key)
    this.#kept.set(key, { text, at: now })
    this.#chars += text.length
    this.#prune(now)
  }

  get(key: string, now: number): string | undefined {
    this.#prune(now)
    return this.#kept.get(key)?.text
  }

  delete(key: string): void {
    const kept = this.#kept.get(key)
    if (!kept) return
    this.#kept.delete(key)
    this.#chars -= kept.text.length
  }

  /** A Map iterates in the order of insertion, so the oldest come first. */
  #prune(now: number): void {
    const { maxCount, maxAgeMs, maxChars } = this.#retention
    for (const [key, { at }] of this.#kept) {
      const aged = now - at > maxAgeMs
      if (!aged && this.#kept.size <= maxCount && this.#chars <= maxChars) return
      if (!aged) this.#dropped++
      this.delete(key)
    }
  }
}
