import { v7 } from 'uuid'
import { type Duration, toMs } from '../define/duration.ts'
import type { Ports } from '../drive/ports.ts'
import { RuntimeError } from '../errors.ts'

export interface VirtualClockOptions {
  /** Where time begins, in epoch milliseconds. Default: the middle of June 2025. */
  readonly start?: number
  /** Decides what `random` and `id` of the ports give. Default 1. */
  readonly seed?: number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fn: () => void
  /** Comes again and again: time does not stop for it on its way to something else. */
  readonly periodic: boolean
}

const START = 1_750_000_000_000

/** Turns of the event loop without news after which nothing more will happen by itself. */
const QUIET_TURNS = 4

/** How long a step's function may be at work in real time before virtual time passes it by, in milliseconds. */
const PATIENCE_MS = 100

/** Time that stands still until a test lets it pass. */
export class VirtualClock {
  readonly ports: Ports
  /** Called with the new time before anything that was due then happens: for a store's clock. */
  onAdvance: (now: number) => Promise<void> = async () => {}
  /** When something is due that no timer tells of, such as a run in a store; then `onDue` is called. */
  nextDue: () => Promise<number | undefined> = async () => undefined
  onDue: () => void = () => {}
  /** Whether somebody is at work for whom real time counts. */
  isWorking: () => boolean = () => false
  /** Called when nothing is left but what comes again and again; rejects if that cannot help. */
  onIdle: () => Promise<void> = async () => {}
  readonly #timers = new Set<Timer>()
  #now: number
  #order = 0
  /** Moves whenever something happens. */
  #news = 0
  /** The time at which `onDue` was called last: once is enough. */
  #told: number | undefined

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.start ?? START
    const random = mulberry32(options.seed ?? 1)
    this.ports = {
      now: () => this.#now,
      setTimer: (fn, ms, options) => this.#setTimer(fn, ms, options?.periodic ?? false),
      random,
      turn: () => {
        this.#news += 1
        return realTurn()
      },
      id: () => v7({ msecs: this.#now, rng: () => Uint8Array.from({ length: 16 }, () => random() * 256) }),
    }
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now
  }

  /** Says that something happened, so that time does not pass yet. */
  stir(): void {
    this.#news += 1
  }

  /** Lets time pass: fires what is due on the way, in order, and lets everything that follows from it happen. */
  async advance(duration: Duration): Promise<void> {
    const end = this.#now + toMs(duration)
    for (let next = await this.#next(); next !== undefined && next.at <= end; next = await this.#next()) {
      await this.#happen(next)
      await this.#quiet()
    }
    this.#now = end
    await this.onAdvance(end)
    await this.#quiet()
  }

  /**
   * Lets time pass, as much as it takes, until a promise settles. Time passes only while nothing else can happen; a
   * step's function that waits for something real is waited for, 100 ms at most. Rejects with `TEST_STUCK` if the
   * promise is not settled within `withinMs` of real time.
   */
  async until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const end = performance.now() + withinMs
    let settled = false
    const mark = () => {
      settled = true
    }
    promise.then(mark, mark)
    while (!settled) {
      await this.#quiet(() => settled)
      if (settled) break
      if (performance.now() > end) throw stuck(withinMs)
      const next = await this.#next()
      if ((next === undefined || next.timer?.periodic === true) && !this.isWorking()) await this.onIdle()
      if (next === undefined) await realPause()
      else await this.#happen(next)
    }
    return promise
  }

  /** Waits until nothing happens any more without time passing. */
  async #quiet(enough: () => boolean = () => false): Promise<void> {
    const patience = performance.now() + PATIENCE_MS
    let news = this.#news
    for (let turns = 0; turns < QUIET_TURNS && !enough(); turns++) {
      await realTurn()
      if (news !== this.#news) turns = 0
      news = this.#news
      if (turns === QUIET_TURNS - 1 && this.isWorking() && performance.now() < patience) {
        await realPause()
        turns = 0
      }
    }
  }

  #setTimer(fn: () => void, ms: number, periodic: boolean): () => void {
    this.#news += 1
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fn, periodic }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** What happens next if nothing else does: a timer, or something that is due. */
  async #next(): Promise<{ readonly at: number; readonly timer: Timer | undefined } | undefined> {
    const timer = this.#firstTimer(false)
    const due = await this.nextDue()
    const at = due === undefined ? undefined : Math.max(due, this.#now)
    if (at !== undefined && at !== this.#told && (timer === undefined || at <= timer.at)) {
      return { at, timer: undefined }
    }
    const first = timer ?? this.#firstTimer(true)
    return first === undefined ? undefined : { at: first.at, timer: first }
  }

  #firstTimer(periodic: boolean): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.periodic !== periodic) continue
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer
    }
    return first
  }

  async #happen({ at, timer }: { readonly at: number; readonly timer: Timer | undefined }): Promise<void> {
    if (at > this.#now) {
      this.#now = at
      await this.onAdvance(at)
    }
    if (timer === undefined) {
      this.#told = at
      this.onDue()
    } else if (this.#timers.delete(timer)) {
      // Unless it was cancelled meanwhile.
      timer.fn()
    }
    for (const late of [...this.#timers]) {
      if (late.periodic && late.at <= this.#now && this.#timers.delete(late)) late.fn()
    }
  }
}

const stuck = (withinMs: number): RuntimeError =>
  new RuntimeError(
    'TEST_STUCK',
    `Nothing came of it within ${withinMs} ms. A run that waits for a signal needs somebody who gives it; a step's ` +
      'function that never settles needs a timeout.',
  )

type Later = (fn: () => void) => void

const realTurn = (): Promise<void> =>
  new Promise((resolve) => (globalThis as unknown as { setImmediate: Later }).setImmediate(resolve))

const realPause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

/** Numbers from 0 (included) to 1 (excluded) that follow from the seed: mulberry32, by Tommy Ettinger (public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
