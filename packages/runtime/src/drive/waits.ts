import type { Execution } from './execution.ts'

/** How long a run stays in memory for a timer or a signal before it is given back. */
const LINGER_MS = 1_000

/** Something that a code workflow waits for, without doing anything. */
export interface Wait {
  /** When it ends by itself, in the store's time; `null` if only a message ends it. */
  readonly wakeAt: number | null
  /** Looks whether it has ended; called when mail came. */
  readonly look: () => void
  /** Called at `wakeAt`. */
  readonly expire: () => void
}

/**
 * The waits of one code workflow. When nothing else is under way and nothing wakes soon, the run is committed as
 * `waiting`: it then holds neither memory nor lease, and the first timer or message makes it ready again.
 */
export class Waits {
  readonly #execution: Execution
  /** Whether the code may still be reacting to something. */
  readonly #isBusy: () => boolean
  readonly #waits = new Map<Wait, () => void>()
  #lingering: (() => void) | undefined

  constructor(execution: Execution, isBusy: () => boolean) {
    this.#execution = execution
    this.#isBusy = isBusy
    execution.onMail = () => this.#lookAll()
    execution.onIdle = () => this.#linger()
  }

  add(wait: Wait): void {
    const { ports } = this.#execution.parts
    const expire = () => {
      if (this.#execution.ended || !this.#waits.has(wait)) return
      this.remove(wait)
      wait.expire()
    }
    const cancel =
      wait.wakeAt === null
        ? () => {}
        : ports.setTimer(expire, Math.max(0, wait.wakeAt - this.#execution.storeNow()), { background: true })
    this.#waits.set(wait, cancel)
    this.#linger()
  }

  remove(wait: Wait): void {
    this.#waits.get(wait)?.()
    this.#waits.delete(wait)
  }

  /** Stops every timer; the execution has ended. */
  close(): void {
    this.#lingering?.()
    for (const wait of [...this.#waits.keys()]) this.remove(wait)
  }

  #lookAll(): void {
    for (const wait of [...this.#waits.keys()]) if (this.#waits.has(wait)) wait.look()
  }

  #linger(): void {
    if (this.#lingering !== undefined || this.#waits.size === 0 || this.#execution.ended) return
    const look = () => {
      this.#lingering = undefined
      void this.#giveBack()
    }
    this.#lingering = this.#execution.parts.ports.setTimer(look, LINGER_MS, { background: true })
  }

  async #giveBack(): Promise<void> {
    const { ended, inFlight, mailbox } = this.#execution
    if (ended || this.#waits.size === 0 || inFlight > 0) return
    const readyInMs = this.#nextWakeInMs()
    if (this.#isBusy() || (readyInMs !== null && readyInMs < LINGER_MS)) {
      this.#linger()
      return
    }
    const timing = readyInMs === null ? {} : { readyInMs }
    await this.#execution.append([], { status: 'waiting', inboxSeen: mailbox.seen, ...timing })
    this.#execution.halt({ why: 'waiting', wakeInMs: readyInMs })
  }

  #nextWakeInMs(): number | null {
    const times = [...this.#waits.keys()].flatMap((wait) => (wait.wakeAt === null ? [] : [wait.wakeAt]))
    return times.length === 0 ? null : Math.max(0, Math.min(...times) - this.#execution.storeNow())
  }
}
