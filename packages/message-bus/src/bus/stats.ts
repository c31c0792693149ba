import type { Percentiles } from '../contract/stats.ts'

const WINDOW_S = 60
const SAMPLES = 1000

/** Things counted by the second, over the last minute. */
class Rate {
  readonly #counts = new Uint32Array(WINDOW_S)
  #second = 0
  #first = -1

  add(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) this.#turnTo(second)
    this.#counts[second % WINDOW_S]!++
  }

  /** In a second, over the last minute or since the first one was counted. */
  perSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1000)
    this.#turnTo(second)
    if (this.#first < 0) return 0
    const total = this.#counts.reduce((sum, count) => sum + count, 0)
    return total / Math.min(Math.max(second - this.#first, 1), WINDOW_S)
  }

  #turnTo(second: number): void {
    if (this.#first < 0) this.#first = second
    const passed = Math.min(second - this.#second, WINDOW_S)
    for (let back = 0; back < passed; back++) {
      this.#counts[(((second - back) % WINDOW_S) + WINDOW_S) % WINDOW_S] = 0
    }
    this.#second = Math.max(second, this.#second)
  }
}

/** The last thousand of a measure. */
class Samples {
  readonly #values: number[] = []
  #next = 0

  add(value: number): void {
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % SAMPLES
  }

  percentiles(): Percentiles {
    if (this.#values.length === 0) return { p50: null, p95: null }
    const sorted = [...this.#values].sort((a, b) => a - b)
    const at = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] as number
    return { p50: at(0.5), p95: at(0.95) }
  }
}

/** What handlers did: how often, how often in vain, how long it took. */
class Handling {
  readonly #handled = new Rate()
  readonly #failed = new Rate()
  readonly #ms = new Samples()

  add(now: number, ms: number, failed: boolean): void {
    this.#ms.add(ms)
    this.#handled.add(now)
    if (failed) this.#failed.add(now)
  }

  report(now: number) {
    return {
      handledPerSecond: this.#handled.perSecond(now),
      failedPerSecond: this.#failed.perSecond(now),
      handlingMs: this.#ms.percentiles(),
    }
  }
}

/** What this bus did with one queue. */
export class QueueMeter {
  readonly #now: () => number
  readonly #sent = new Rate()
  readonly #handling = new Handling()
  readonly #waitingMs = new Samples()

  constructor(now: () => number) {
    this.#now = now
  }

  sent(): void {
    this.#sent.add(this.#now())
  }

  waited(ms: number): void {
    this.#waitingMs.add(Math.max(ms, 0))
  }

  handled(ms: number, failed: boolean): void {
    this.#handling.add(this.#now(), ms, failed)
  }

  report() {
    const now = this.#now()
    return {
      sentPerSecond: this.#sent.perSecond(now),
      ...this.#handling.report(now),
      waitingMs: this.#waitingMs.percentiles(),
    }
  }
}

/** What this bus did with one topic of events. */
export class TopicMeter {
  readonly #now: () => number
  readonly #published = new Rate()
  readonly #handling = new Handling()

  constructor(now: () => number) {
    this.#now = now
  }

  published(): void {
    this.#published.add(this.#now())
  }

  handled(ms: number, failed: boolean): void {
    this.#handling.add(this.#now(), ms, failed)
  }

  report() {
    const now = this.#now()
    return { publishedPerSecond: this.#published.perSecond(now), ...this.#handling.report(now) }
  }
}

const MAX_NAMES = 1000

/** One meter a name. Of names past the thousandth the oldest is forgotten. */
export class Meters<M> {
  readonly #make: () => M
  readonly #meters = new Map<string, M>()

  constructor(make: () => M) {
    this.#make = make
  }

  get names(): string[] {
    return [...this.#meters.keys()]
  }

  of(name: string): M {
    const known = this.#meters.get(name)
    if (known) return known
    const [oldest] = this.#meters.keys()
    if (this.#meters.size >= MAX_NAMES && oldest !== undefined) this.#meters.delete(oldest)
    const made = this.#make()
    this.#meters.set(name, made)
    return made
  }
}
