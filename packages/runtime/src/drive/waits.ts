import type { NewEntry, Next } from '@pawl/state-store'
import type { Ports } from './ports.ts'

/** How long a run stays in memory for a timer or a signal before it is given back. */
const LINGER_MS = 1_000

/** The same for a run that is parked: long enough for what its siblings, or its code, do next. */
const PARKED_LINGER_MS = 20

/** Something that a run waits for, without doing anything. */
export interface Wait {
  /** When it ends by itself, in the store's time; `null` if only a message ends it. */
  readonly wakeAt: number | null
  /** It waits for an agent, which may be well again before. */
  readonly parked?: { readonly agent: string; readonly isOver: () => boolean }
  /** The signal that ends it, by the name that it is given by. */
  readonly signal?: string
  /** Looks whether it has ended; called when mail came. */
  readonly look: () => void
  /** Called at `wakeAt`. */
  readonly expire: () => void
}

/** The run that waits, while this process holds it. */
interface Waiter {
  readonly parts: { readonly ports: Ports; readonly onParked: (agent: string) => void }
  readonly mailbox: { readonly seen: number }
  readonly inFlight: number
  readonly ended: boolean
  storeNow(): number
  append(entries: readonly NewEntry[], next: Next): Promise<unknown>
  halt(halt: {
    readonly why: 'waiting'
    readonly wakeInMs: number | null
    readonly signals: readonly string[]
  }): void
}

/**
 * The waits of one run. When nothing else is under way and nothing wakes soon, the run is committed as
 * `waiting`: it then holds neither memory nor lease, and the first timer or message makes it ready again.
 */
export class Waits {
  /** Whether the run's code may still be reacting to something. */
  isBusy: () => boolean = () => false
  readonly #run: Waiter
  readonly #waits = new Map<Wait, () => void>()
  #lingering: (() => void) | undefined
  #givingBack = false

  constructor(run: Waiter) {
    this.#run = run
  }

  add(wait: Wait): void {
    const { ports } = this.#run.parts
    const cancel =
      wait.wakeAt === null
        ? () => {}
        : ports.setTimer(() => this.#expire(wait), Math.max(0, wait.wakeAt - this.#run.storeNow()), {
            background: true,
          })
    this.#waits.set(wait, cancel)
    this.linger()
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

  /** Mail came. */
  lookAll(): void {
    for (const wait of [...this.#waits.keys()]) if (this.#waits.has(wait)) wait.look()
  }

  /** Nothing is under way any more: the run is given back in a moment, unless something comes up. */
  linger(): void {
    if (this.#lingering !== undefined || this.#waits.size === 0 || this.#run.ended) return
    const isParked = [...this.#waits.keys()].some(({ parked }) => parked !== undefined)
    this.#lingerFor(isParked ? PARKED_LINGER_MS : LINGER_MS)
  }

  #lingerFor(ms: number): void {
    const look = () => {
      this.#lingering = undefined
      void this.#giveBack()
    }
    this.#lingering = this.#run.parts.ports.setTimer(look, ms, { background: true })
  }

  #expire(wait: Wait): void {
    // What begins while the run is given back would be done for nothing.
    if (this.#run.ended || this.#givingBack || !this.#waits.has(wait)) return
    this.remove(wait)
    wait.expire()
  }

  async #giveBack(): Promise<void> {
    const { ended, inFlight, mailbox } = this.#run
    if (ended || this.#waits.size === 0 || inFlight > 0) return
    const over = [...this.#waits.keys()].filter(({ parked }) => parked?.isOver() === true)
    for (const wait of over) this.#expire(wait)
    if (over.length > 0) return this.linger()
    const readyInMs = this.#nextWakeInMs()
    if (this.isBusy() || (readyInMs !== null && readyInMs < LINGER_MS)) return this.#lingerFor(LINGER_MS)
    const timing = readyInMs === null ? {} : { readyInMs }
    const agent = this.#parkedFor()
    const reason = agent === undefined ? {} : { waitsFor: agent }
    this.#givingBack = true
    await this.#run.append([], { status: 'waiting', inboxSeen: mailbox.seen, ...timing, ...reason })
    this.#run.halt({ why: 'waiting', wakeInMs: readyInMs, signals: this.#signals() })
    if (agent !== undefined) this.#run.parts.onParked(agent)
  }

  #signals(): readonly string[] {
    return [...new Set([...this.#waits.keys()].flatMap(({ signal }) => signal ?? []))]
  }

  /** The agent that it waits for; of several the one that may be asked first. */
  #parkedFor(): string | undefined {
    const waits = [...this.#waits.keys()].filter(({ parked }) => parked !== undefined)
    return waits.toSorted((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))[0]?.parked?.agent
  }

  #nextWakeInMs(): number | null {
    const times = [...this.#waits.keys()].flatMap((wait) => (wait.wakeAt === null ? [] : [wait.wakeAt]))
    return times.length === 0 ? null : Math.max(0, Math.min(...times) - this.#run.storeNow())
  }
}
