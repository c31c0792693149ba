/** Somebody whose timers may stop: a process of the simulation, or the simulation itself. */
export interface Owner {
  /** A dead owner's timers and turns never come. */
  readonly alive: boolean
  /** Nothing of this owner happens before this time. */
  readonly frozenUntil: number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fn: () => void
  readonly owner: Owner
  readonly token: { cancelled: boolean }
}

const EPOCH = 1_750_000_000_000

/**
 * Time that passes only when nothing else can happen, and turns of the event loop that come one at a time. What
 * runs in between is promises alone, so the order of everything is the same each time.
 */
export class VirtualTime {
  now = EPOCH
  /** How often something was let happen. */
  events = 0
  /** Draws which owner's turn comes first. */
  readonly #draw: () => number
  readonly #timers: Timer[] = []
  readonly #turns: { readonly owner: Owner; readonly resolve: () => void }[] = []
  #order = 0

  constructor(draw: () => number) {
    this.#draw = draw
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.now - EPOCH
  }

  /** Fires in whole milliseconds, as real timers do. */
  setTimer(owner: Owner, fn: () => void, ms: number): () => void {
    const token = { cancelled: false }
    this.#push({ at: this.now + Math.ceil(Math.max(0, ms)), order: this.#order++, fn, owner, token })
    return () => {
      token.cancelled = true
    }
  }

  /** Resolves after a while; never, if the owner dies before. */
  sleep(owner: Owner, ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(owner, resolve, ms))
  }

  /** Resolves in a later turn of the event loop. */
  turn(owner: Owner): Promise<void> {
    return new Promise((resolve) => this.#turns.push({ owner, resolve }))
  }

  /** Lets one thing happen, then everything that follows from it at once. False if nothing is left to happen. */
  async step(): Promise<boolean> {
    // Every promise chain of the simulation ends within one real turn: nothing in it waits for a real event.
    await new Promise((resolve) => setImmediate(resolve))
    this.events += 1
    return this.#takeTurn() || this.#fire()
  }

  #takeTurn(): boolean {
    if (this.#turns.length === 0) return false
    const { owner } = this.#turns[Math.floor(this.#draw() * this.#turns.length)]!
    const index = this.#turns.findIndex((turn) => turn.owner === owner)
    const [turn] = this.#turns.splice(index, 1)
    if (owner.frozenUntil > this.now) this.setTimer(owner, turn!.resolve, owner.frozenUntil - this.now)
    else if (owner.alive) turn!.resolve()
    return true
  }

  #fire(): boolean {
    while (this.#timers.length > 0) {
      const timer = this.#pop()
      if (timer.token.cancelled || !timer.owner.alive) continue
      this.now = Math.max(this.now, timer.at)
      if (timer.owner.frozenUntil <= this.now) {
        timer.fn()
        return true
      }
      this.#push({ ...timer, at: timer.owner.frozenUntil })
    }
    return false
  }

  // A binary heap: the earliest first, and of those the one that was set first.
  #push(timer: Timer): void {
    const heap = this.#timers
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (before(heap[parent]!, timer)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = timer
  }

  #pop(): Timer {
    const heap = this.#timers
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let index = 0
    while (true) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1
      if (before(last, heap[child]!)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
