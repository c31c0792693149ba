import type { Ports } from './ports.ts'

/** One armed deadline: a node of a doubly linked list, so that it leaves in constant time. */
interface Deadline {
  readonly at: number
  readonly expire: () => void
  before: Deadline | undefined
  after: Deadline | undefined
}

/**
 * Many timeouts of the same length on one timer. Equal length means that deadlines expire in the order in which
 * they were set, so a list with one timer for its head is all that is needed: set and clear take constant time, and
 * a thousand calls in flight cost one timer. (The single-slot case of Varghese and Lauck's timing wheels, 1987.)
 */
export class Deadlines {
  readonly #ports: Ports
  readonly #ms: number
  #first: Deadline | undefined
  #last: Deadline | undefined
  #cancelTimer: (() => void) | undefined

  constructor(ports: Ports, ms: number) {
    this.#ports = ports
    this.#ms = ms
  }

  /** Calls `expire` once after the fixed delay. @returns clears it; a second call does nothing */
  set(expire: () => void): () => void {
    const deadline: Deadline = {
      at: this.#ports.now() + this.#ms,
      expire,
      before: this.#last,
      after: undefined,
    }
    if (this.#last) this.#last.after = deadline
    else this.#first = deadline
    this.#last = deadline
    this.#cancelTimer ??= this.#ports.setTimer(this.#onTimer, this.#ms)
    return () => this.#clear(deadline)
  }

  #onTimer = (): void => {
    this.#cancelTimer = undefined
    const now = this.#ports.now()
    for (let head = this.#first; head && head.at <= now; head = this.#first) {
      this.#unlink(head)
      head.expire()
    }
    if (this.#first)
      this.#cancelTimer ??= this.#ports.setTimer(this.#onTimer, Math.max(this.#first.at - now, 0))
  }

  #clear(deadline: Deadline): void {
    this.#unlink(deadline)
    // An idle timer would keep the process alive, and a simulator busy.
    if (this.#first) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #unlink(deadline: Deadline): void {
    const { before, after } = deadline
    if (before) before.after = after
    else if (this.#first === deadline) this.#first = after
    else return
    if (after) after.before = before
    else this.#last = before
    deadline.before = undefined
    deadline.after = undefined
  }
}
