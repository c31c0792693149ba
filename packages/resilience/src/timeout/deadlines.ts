import type { CancelTimer, Ports } from '../ports.ts'

/** One armed deadline: a node of a doubly linked list, so that it leaves in constant time. */
interface Deadline {
  at: number
  readonly expire: () => void
  before: Deadline | undefined
  after: Deadline | undefined
}

/** From this many deadlines on, a policy is one that is used again and again. */
const OFTEN = 16

/**
 * Many timeouts of the same length on one timer. Equal length means that deadlines expire in the order in which
 * they were set, so a list with one timer for its head is all that is needed: set and clear take constant time, and
 * a thousand calls in flight cost one timer. (The single-slot case of Varghese and Lauck's timing wheels, 1987.)
 * Arming and cancelling one costs more than the rest of a policy, so where calls come one after the other the timer
 * stays armed between them, without keeping the process alive.
 */
export class Deadlines {
  readonly #ports: Ports
  readonly #ms: number
  #first: Deadline | undefined
  #last: Deadline | undefined
  #cancelTimer: CancelTimer | undefined
  #set = 0

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
    this.#set++
    if (this.#cancelTimer === undefined) this.#cancelTimer = this.#ports.setTimer(this.#onTimer, this.#ms)
    else if (this.#first === deadline) this.#cancelTimer.hold?.(true)
    return () => this.#clear(deadline)
  }

  #onTimer = (): void => {
    this.#cancelTimer = undefined
    const now = this.#ports.now()
    if (this.#first && this.#first.at - now > this.#ms) this.#rebase(now)
    for (let head = this.#first; head && head.at <= now; head = this.#first) {
      this.#unlink(head)
      head.expire()
    }
    if (this.#first)
      this.#cancelTimer ??= this.#ports.setTimer(this.#onTimer, Math.max(this.#first.at - now, 0))
  }

  /** The clock was set back; nobody knows how far a deadline had come, so each has at most its whole length left. */
  #rebase(now: number): void {
    for (let one = this.#first; one; one = one.after) one.at = Math.min(one.at, now + this.#ms)
  }

  #clear(deadline: Deadline): void {
    this.#unlink(deadline)
    if (this.#first) return
    const hold = this.#set >= OFTEN ? this.#cancelTimer?.hold : undefined
    if (hold) {
      hold(false)
      return
    }
    // It would keep the process alive, or a simulator busy; or nobody may ever set another deadline.
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
