import type { CancelTimer, Ports } from '../ports.ts'
import type { ProbeRules } from './breaker-options.ts'
import {
  type BreakerRecord,
  isUnderWay,
  type Moment,
  retryAfterMs,
  stateOf,
  type Transition,
} from './breaker-record.ts'
import type { BreakerState } from './breaker-state.ts'
import { newId } from './new-id.ts'
import type { RecordHolder, RecordOwner } from './record-holder.ts'
import { Sightings } from './sightings.ts'

/** Hears of a change of state, once for each. */
export type OnEntered = (from: BreakerState, to: BreakerState, at: number) => void

/** How a breaker stands: what its record says by the clock, and when that changes. */
export class Standing implements RecordOwner {
  readonly #rules: ProbeRules
  readonly #ports: Ports
  readonly #sightings = new Sightings()
  readonly #onEntered: OnEntered
  readonly #holder: RecordHolder
  #state: BreakerState = 'closed'
  #opening: Moment | null = null
  #cancelTimer: CancelTimer | undefined
  #stopped = false

  constructor(
    rules: ProbeRules,
    ports: Ports,
    holderOf: (owner: RecordOwner) => RecordHolder,
    onEntered: OnEntered,
  ) {
    this.#rules = rules
    this.#ports = ports
    this.#onEntered = onEntered
    this.#holder = holderOf(this)
  }

  /** The state now. Timers may be late; the answer to a caller is not. */
  stateAt(now: number): BreakerState {
    if (this.#opening !== null) this.#bringUpTo(now)
    return this.#state
  }

  /** By our clock; `null` while closed. */
  get openedAt(): number | null {
    return this.#opening && this.#sightings.timeOf(this.#opening, this.#ports.now())
  }

  /** Milliseconds after which a call may pass that would be refused now; 0 if it may pass. */
  get retryAfterMs(): number {
    return retryAfterMs(this.#holder.record, this.viewpoint())
  }

  /** Something that happens now. */
  moment(): Moment {
    return { id: newId(this.#ports), at: this.#ports.now() }
  }

  isUnderWay(probe: Moment): boolean {
    return isUnderWay(this.#holder.record, probe)
  }

  /** See RecordHolder. */
  change(transition: Transition, visible: boolean): Promise<void> | undefined {
    return this.#holder.change(transition, visible)
  }

  /** See RecordHolder. */
  freshen(now: number): Promise<void> | undefined {
    return this.#holder.freshen(now)
  }

  /** See RecordHolder. */
  refresh(): Promise<void> | undefined {
    return this.#holder.refresh()
  }

  viewpoint(now = this.#ports.now()) {
    return { now, rules: this.#rules, timeOf: (moment: Moment) => this.#sightings.timeOf(moment, now) }
  }

  changed(record: BreakerRecord, last: number): void {
    const now = this.#ports.now()
    this.#sightings.look(record, last, now)
    const before = this.#opening
    this.#opening = record.opening
    this.#bringUpTo(now)
    if (before?.id !== record.opening?.id) this.#armTimer()
  }

  /** Stops its timer. Nothing is told any more. */
  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
  }

  #bringUpTo(now: number): void {
    const from = this.#state
    this.#state = stateOf(this.#holder.record, this.viewpoint(now))
    if (from !== this.#state && !this.#stopped) this.#onEntered(from, this.#state, now)
  }

  /** For observers only: callers are answered by the clock. So it need not keep the process alive. */
  #armTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#state !== 'open' || this.#stopped) return
    const due = (): void => {
      // The clock may have been set back meanwhile.
      if (this.stateAt(this.#ports.now()) === 'open') this.#armTimer()
    }
    this.#cancelTimer = this.#ports.setTimer(due, this.retryAfterMs, { background: true })
  }
}
