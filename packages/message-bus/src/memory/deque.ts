/** First in, first out, with a way back to the front: a ring that doubles when it is full. Each step takes the same time. */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array(16)
  #first = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  get first(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[this.#first]
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#grow()
    this.#ring[(this.#first + this.#size) & (this.#ring.length - 1)] = item
    this.#size++
  }

  unshift(item: T): void {
    if (this.#size === this.#ring.length) this.#grow()
    this.#first = (this.#first - 1) & (this.#ring.length - 1)
    this.#ring[this.#first] = item
    this.#size++
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined
    const item = this.#ring[this.#first]
    this.#ring[this.#first] = undefined
    this.#first = (this.#first + 1) & (this.#ring.length - 1)
    this.#size--
    return item
  }

  #grow(): void {
    const old = this.#ring
    const length = old.length
    this.#ring = Array.from({ length: length * 2 }, (_, index) =>
      index < length ? old[(this.#first + index) & (length - 1)] : undefined,
    )
    this.#first = 0
  }
}
