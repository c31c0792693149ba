/** A binary heap: the first by `before` comes out first, in logarithmic time. */
export class Heap<T> {
  readonly #before: (a: T, b: T) => boolean
  #items: T[] = []

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  get first(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let place = items.length
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = items[parent] as T
      if (!this.#before(item, above)) break
      items[place] = above
      place = parent
    }
    items[place] = item
  }

  pop(): T | undefined {
    const [first] = this.#items
    const last = this.#items.pop()
    if (this.#items.length > 0) this.#sink(last as T)
    return first
  }

  #sink(item: T): void {
    const items = this.#items
    let place = 0
    for (let child = 1; child < items.length; child = place * 2 + 1) {
      const right = child + 1
      if (right < items.length && this.#before(items[right] as T, items[child] as T)) child = right
      if (!this.#before(items[child] as T, item)) break
      items[place] = items[child] as T
      place = child
    }
    items[place] = item
  }
}
