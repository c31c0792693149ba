import { BreakerClosedDownError, BreakerOpenError, type BreakerStoreError } from '../errors.ts'
import { type Ports, realPorts } from '../ports.ts'
import {
  type BreakerChange,
  type BreakerEventSource,
  type BreakerEvents,
  EventTable,
} from './breaker-events.ts'
import {
  type BreakerOptions,
  type BreakerSettings,
  breakerSettings,
  countsAsFailure,
} from './breaker-options.ts'
import { admits, closes, ends, type Moment, opens, opensAnew, type ProbeOutcome } from './breaker-record.ts'
import { type BreakerSnapshot, breakerSnapshotIn } from './breaker-snapshot.ts'
import type { BreakerCounts, BreakerState } from './breaker-state.ts'
import { tellsNothing } from './circuit.ts'
import { warn } from './observers.ts'
import { OwnRecord } from './record-holder.ts'
import { settledOrAborted } from './settled-or-aborted.ts'
import { SharedRecord, type SharingOptions, sharingOf } from './shared-record.ts'
import { Standing } from './standing.ts'
import { Tally } from './tally.ts'

export interface CircuitBreakerOptions extends BreakerOptions, SharingOptions {
  /** Its name in errors, events, snapshots and the store. Default `breaker`. */
  readonly key?: string
}

/**
 * A circuit breaker. Closed: calls pass and are counted in a rolling window (opossum's). Too many failures open it:
 * calls are refused with BreakerOpenError. After `resetTimeoutMs` it is half-open: as many probes as `probes` says
 * may pass; one that fails opens it again, that many successes close it and clear the window. Calls that began before
 * it opened decide nothing afterwards.
 *
 * With a `store` its state is shared between processes and survives them; the window, and so the judgement that
 * too many calls failed, is each process's own. A call that changes the state settles after the store has it.
 */
export class CircuitBreaker implements BreakerEventSource, Disposable {
  readonly key: string
  /** Its options with the defaults filled in. */
  readonly settings: BreakerSettings
  readonly #ports: Ports
  readonly #events: EventTable
  readonly #standing: Standing
  readonly #tally: Tally
  /** Until the store has the opening that the last failure led to. */
  #published: Promise<void> | undefined
  readonly #shared: boolean
  #disposed = false

  /**
   * @param events of a registry, which hears everything too
   * @throws BadOptionError
   */
  constructor(options: CircuitBreakerOptions = {}, ports: Ports = realPorts, events?: EventTable) {
    this.key = options.key ?? 'breaker'
    this.settings = breakerSettings(options)
    this.#ports = ports
    this.#events = new EventTable(events)
    const sharing = sharingOf(options)
    this.#shared = sharing !== undefined
    this.#standing = new Standing(
      this.settings,
      ports,
      (owner) =>
        sharing
          ? new SharedRecord(this.key, sharing, ports, owner, this.#onStoreError)
          : new OwnRecord(owner),
      (from, to, at) => this.#entered({ key: this.key, from, to, at }),
    )
    this.#tally = new Tally(this.key, this.settings, ports, this.#events, () => {
      this.#published = this.#standing.change(opens(this.#standing.moment()), true)
    })
  }

  /** The state now: an open breaker whose time is over is half-open. With a store: as far as it is known here. */
  get state(): BreakerState {
    return this.#standing.stateAt(this.#ports.now())
  }

  /** Counts of the rolling window of this process. */
  get stats(): BreakerCounts {
    return this.#tally.countsAt(this.#ports.now())
  }

  /** Milliseconds after which a call may pass that would be refused now; 0 if it may pass. See BreakerOpenError. */
  get retryAfterMs(): number {
    return this.#standing.retryAfterMs
  }

  /**
   * Calls the function if the breaker lets it pass, and counts how it ends. An error after `signal` was aborted and
   * a full bulkhead count neither as success nor as failure. It is called in the same tick unless a store has to be
   * asked first.
   * @throws BreakerOpenError, BreakerClosedDownError, the signal's reason, or what the function throws
   */
  execute<T>(
    fn: () => T | PromiseLike<T>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#disposed) return Promise.reject(new BreakerClosedDownError(this.key))
    const now = this.#ports.now()
    const reading = this.#standing.freshen(now)
    return reading ? this.#executeAfter(reading, fn, signal) : this.#pass(fn, signal, now)
  }

  /**
   * Opens it by hand, as if it had just failed. Open already: its time begins anew. It counts here at once.
   * @returns when the store has it too, or could not be reached
   */
  async trip(): Promise<void> {
    await this.#standing.change(opensAnew(this.#standing.moment()), true)
  }

  /**
   * Closes it by hand and clears the window of this process.
   * @returns when the store has it too, or could not be reached; without a store it counts at once
   */
  async reset(): Promise<void> {
    if (this.#shared) await this.#standing.refresh()
    this.#tally.restart()
    await this.#standing.change(closes, false)
  }

  /** Asks the store, if there is one. @returns the state then */
  async refresh(): Promise<BreakerState> {
    await this.#standing.refresh()
    return this.state
  }

  on<Name extends keyof BreakerEvents>(
    name: Name,
    listener: (event: BreakerEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener)
  }

  onChange(listener: (change: BreakerChange) => void): () => void {
    return this.#events.onChange(listener)
  }

  snapshot(): BreakerSnapshot {
    const { key, state, stats } = this
    return { key, state, openedAt: this.#standing.openedAt, counts: stats }
  }

  /**
   * Takes over a snapshot's state and counts; time that passed meanwhile counts towards the reset timeout. A store is
   * told of it like of any other change.
   * @returns when the store has it too, or could not be reached; without a store it counts at once
   * @throws BadDataError
   */
  async restore(snapshot: BreakerSnapshot): Promise<void> {
    const { state, openedAt, counts } = breakerSnapshotIn('snapshot', snapshot)
    const { id, at } = this.#standing.moment()
    const opening = { id, at: Math.min(openedAt ?? at, at) }
    const change =
      state === 'closed'
        ? this.#standing.change(closes, false)
        : this.#standing.change(opensAnew(opening), true)
    this.#tally.restart(counts)
    await change
  }

  /** Clears its timers; further calls reject with BreakerClosedDownError. A second call does nothing. */
  [Symbol.dispose](): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#standing.stop()
    this.#tally.stop()
    this.#events.tell('shutdown', { key: this.key, at: this.#ports.now() })
  }

  async #executeAfter<T>(
    reading: Promise<void>,
    fn: () => T | PromiseLike<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    await settledOrAborted(reading, signal)
    signal?.throwIfAborted()
    if (this.#disposed) throw new BreakerClosedDownError(this.key)
    return this.#pass(fn, signal, this.#ports.now())
  }

  #pass<T>(fn: () => T | PromiseLike<T>, signal: AbortSignal | undefined, now: number): Promise<T> {
    this.#tally.turnTo(now)
    const state = this.#standing.stateAt(now)
    if (state === 'closed') return this.#count(fn, signal, now)
    return state === 'open' ? this.#refuse(now) : this.#probe(fn, signal)
  }

  /** A call of a closed breaker. */
  #count<T>(fn: () => T | PromiseLike<T>, signal: AbortSignal | undefined, now: number): Promise<T> {
    const call = this.#tally.call(fn, signal, now)
    if (!this.#shared) return call
    return call.catch(async (error) => {
      if (this.#published) await settledOrAborted(this.#published, signal)
      throw error
    })
  }

  #refuse(now: number): Promise<never> {
    const { retryAfterMs } = this
    this.#tally.refused(now, retryAfterMs)
    return Promise.reject(new BreakerOpenError(this.key, retryAfterMs))
  }

  /** A call of a half-open breaker: it passes if it gets one of the places for probes. */
  async #probe<T>(fn: () => T | PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
    const probe = this.#standing.moment()
    const admission = this.#standing.change(admits(probe), false)
    if (admission) {
      await settledOrAborted(admission, signal)
      if (signal?.aborted || this.#disposed) {
        void admission.then(() => this.#standing.change(ends(probe, 'nothing', probe), false))
        throw signal?.aborted ? signal.reason : new BreakerClosedDownError(this.key)
      }
    }
    const now = this.#ports.now()
    if (!this.#standing.isUnderWay(probe)) {
      return this.#standing.stateAt(now) === 'closed' ? this.#count(fn, signal, now) : this.#refuse(now)
    }
    this.#tally.probeBegan(now)
    let value: T
    try {
      value = await fn()
    } catch (error) {
      await this.#end(probe, this.#outcomeOf(error, signal), signal, error)
      throw error
    }
    await this.#end(probe, 'well', signal)
    return value
  }

  #outcomeOf(error: unknown, signal: AbortSignal | undefined): ProbeOutcome {
    if (tellsNothing(error, signal)) return 'nothing'
    return countsAsFailure(this.settings, error) ? 'ill' : 'well'
  }

  async #end(
    probe: Moment,
    outcome: ProbeOutcome,
    signal: AbortSignal | undefined,
    error?: unknown,
  ): Promise<void> {
    if (!this.#standing.isUnderWay(probe)) return
    if (!this.#disposed) this.#tally.probeEnded(outcome, error)
    // Also after it was disposed of: the place belongs to every process.
    const change = this.#standing.change(ends(probe, outcome, this.#standing.moment()), false)
    if (change) await settledOrAborted(change, signal)
  }

  #entered(change: BreakerChange): void {
    if (change.to === 'closed') this.#tally.restart()
    else this.#tally.stop()
    const name = change.to === 'open' ? 'open' : change.to === 'closed' ? 'close' : 'halfOpen'
    this.#events.tell(name, change)
  }

  #onStoreError = (error: BreakerStoreError, first: boolean): void => {
    if (this.#disposed) return
    const heard = this.#events.hears('storeError')
    this.#events.tell('storeError', { key: this.key, at: this.#ports.now(), error })
    if (first && !heard) warn(error.message)
  }
}
