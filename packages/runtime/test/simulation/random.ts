/**
 * Random numbers from a seed, the same on every machine: mulberry32 by Tommy Ettinger, public domain, as listed in
 * https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32. Good enough to vary tests, for nothing else.
 */
export class Random {
  #state: number

  /** A stream of its own for each purpose, so that drawing more for one does not change another. */
  constructor(seed: number, purpose: string) {
    this.#state = mix(seed | 0, hashOf(purpose))
  }

  /** From 0 (included) to 1 (excluded). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** True with this probability. Draws even if it is 0, so that a profile does not shift the stream. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!
  }
}

/** Two numbers to one of 32 bits, such that a change in either changes it: the finalizer of MurmurHash3. */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/** FNV-1a of 32 bits over a text. */
export function hashOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}
