interface Held<T> {
  readonly value: T
  readonly ms: number
  readonly endsAt: number
}

/**
 * Leases by token. Those of one length end in the order in which they were given, so that the next end is at the
 * front of a line, however many there are.
 */
export class Leases<T> {
  readonly #held = new Map<number, Held<T>>()
  readonly #lines = new Map<number, Map<number, Held<T>>>()

  get(token: number): T | undefined {
    return this.#held.get(token)?.value
  }

  add(token: number, value: T, ms: number, now: number): void {
    const held = { value, ms, endsAt: now + ms }
    this.#held.set(token, held)
    const line = this.#lines.get(ms)
    if (line) line.set(token, held)
    else this.#lines.set(ms, new Map([[token, held]]))
  }

  extend(token: number, ms: number, now: number): boolean {
    const held = this.#held.get(token)
    if (!held) return false
    this.delete(token)
    this.add(token, held.value, ms, now)
    return true
  }

  delete(token: number): void {
    const held = this.#held.get(token)
    if (!held) return
    this.#held.delete(token)
    const line = this.#lines.get(held.ms)
    line?.delete(token)
    if (line?.size === 0 && this.#lines.size > 8) this.#lines.delete(held.ms)
  }

  /** The earliest end; `undefined` when nothing is leased. */
  nextEnd(): number | undefined {
    let earliest: number | undefined
    for (const line of this.#lines.values()) {
      for (const { endsAt } of line.values()) {
        if (earliest === undefined || endsAt < earliest) earliest = endsAt
        break
      }
    }
    return earliest
  }

  /** Those whose time is over. */
  over(now: number): [token: number, value: T][] {
    const ended: [number, T][] = []
    for (const line of this.#lines.values()) {
      for (const [token, { endsAt, value }] of line) {
        if (endsAt > now) break
        ended.push([token, value])
      }
    }
    return ended
  }
}
