import Opossum from 'opossum'
import type { BreakerSettings } from './breaker-options.ts'
import type { BreakerCounts } from './breaker-state.ts'

/** What opossum needs of an emitter that turns its buckets. Its own would be an interval on the real clock. */
class Rotation {
  #turn: (() => void) | undefined
  on(_event: string, turn: () => void): void {
    this.#turn = turn
  }
  removeListener(): void {
    this.#turn = undefined
  }
  listenerCount(): number {
    return this.#turn ? 1 : 0
  }
  rotate(): void {
    this.#turn?.()
  }
}

/** Thrown away together: an array that is emptied at each call costs more than the call's other bookkeeping. */
const MOST_LATENCIES = 100

/**
 * opossum's statistics, turned by our clock when somebody looks instead of by a timer: an idle breaker costs nothing
 * and a simulated one is exact.
 */
export class RollingWindow {
  readonly status: Opossum.Status
  readonly #rotation = new Rotation()
  readonly #bucketMs: number
  readonly #buckets: number
  #bucketBegan: number
  #newest: Opossum.Bucket

  constructor(settings: BreakerSettings, now: number, counts?: BreakerCounts) {
    this.#buckets = settings.buckets
    this.#bucketMs = settings.windowMs / settings.buckets
    this.#bucketBegan = now
    this.status = Opossum.newStatus({
      rollingCountBuckets: settings.buckets,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation as unknown as NonNullable<
        Opossum.StatusOptions['rotateBucketController']
      >,
      ...(counts ? { stats: counts as Opossum.Stats } : {}),
    })
    this.#newest = this.#first()
  }

  /** The bucket that counts now. It stays valid, so that a call can be taken out of the bucket it was counted in. */
  get newest(): Opossum.Bucket {
    return this.#newest
  }

  get counts(): BreakerCounts {
    const { fires, successes, failures, rejects } = this.status.stats
    return { fires, successes, failures, rejects }
  }

  /** Turns the buckets to the given time. */
  turnTo(now: number): void {
    // opossum records every latency even when nobody asks for percentiles: memory that grows with the call rate.
    if (this.#newest.latencyTimes.length > MOST_LATENCIES) this.#newest.latencyTimes.length = 0
    const passed = Math.floor((now - this.#bucketBegan) / this.#bucketMs)
    if (passed === 0) return
    // A clock set back begins a new bucket, or the window would stand still until the old time is reached again.
    this.#bucketBegan = passed < 0 ? now : this.#bucketBegan + passed * this.#bucketMs
    for (let turn = 0; turn < Math.min(Math.abs(passed), this.#buckets); turn++) this.#rotation.rotate()
    this.#newest = this.#first()
  }

  #first(): Opossum.Bucket {
    const [first] = this.status.window
    if (first === undefined) throw new TypeError('opossum made a window without a bucket')
    return first
  }
}
