/** A lease in its line. What has ended points at nothing, so that one that grew old keeps no younger one alive. */
interface Node<T> {
  readonly value: T
  readonly ms: number
  readonly endsAt: number
  before: Node<T> | undefined
  behind: Node<T> | undefined
}

interface Line<T> {
  first: Node<T> | undefined
  last: Node<T> | undefined
}

/** A lease's place, for whoever ends or extends it. */
export type Leased<T> = Node<T>

/**
 * Leases, by when they end. Those of one length end in the order in which they were given, so that the next end is at the
 * front of a line, however many there are. The lines are linked: a Map that something new enters and leaves all the time
 * drags most of it into the old generation.
 */
export class Leases<T> {
  readonly #lines = new Map<number, Line<T>>()

  add(value: T, ms: number, now: number): Leased<T> {
    let line = this.#lines.get(ms)
    if (!line) {
      line = { first: undefined, last: undefined }
      this.#lines.set(ms, line)
    }
    const node: Node<T> = { value, ms, endsAt: now + ms, before: line.last, behind: undefined }
    if (line.last) line.last.behind = node
    else line.first = node
    line.last = node
    return node
  }

  delete(node: Leased<T>): void {
    const line = this.#lines.get(node.ms) as Line<T>
    if (node.before) node.before.behind = node.behind
    else line.first = node.behind
    if (node.behind) node.behind.before = node.before
    else line.last = node.before
    node.before = undefined
    node.behind = undefined
    if (!line.first && this.#lines.size > 8) this.#lines.delete(node.ms)
  }

  /** The earliest end; `undefined` when nothing is leased. */
  nextEnd(): number | undefined {
    let earliest: number | undefined
    for (const { first } of this.#lines.values())
      if (first && (earliest === undefined || first.endsAt < earliest)) earliest = first.endsAt
    return earliest
  }

  /** Those whose time is over. */
  over(now: number): T[] {
    const ended: T[] = []
    for (const { first } of this.#lines.values())
      for (let node = first; node && node.endsAt <= now; node = node.behind) ended.push(node.value)
    return ended
  }
}
