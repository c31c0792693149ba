import { type BreakerOptions, type BreakerSettings, breakerSettings } from './breaker-options.ts'
import type { BreakerCounts, BreakerState } from './breaker-state.ts'
import { type Circuit, dropCircuit, openCircuit } from './circuit.ts'
import { BreakerClosedDownError, BreakerOpenError, hasCode } from './errors.ts'
import { Observers } from './observers.ts'
import { type Ports, realPorts } from './ports.ts'
import { RollingWindow } from './rolling-window.ts'

/** A breaker went from one state to another. */
export interface BreakerChange {
  readonly key: string
  readonly from: BreakerState
  readonly to: BreakerState
  /** Epoch milliseconds. */
  readonly at: number
}

/** A breaker as plain data: what survives a restart. */
export interface BreakerSnapshot {
  readonly key: string
  readonly state: BreakerState
  /** Epoch milliseconds when it opened; `null` while it is closed. */
  readonly openedAt: number | null
  readonly counts: BreakerCounts
}

/**
 * A circuit breaker on opossum. Closed: calls pass and are counted in a rolling window. Too many failures open it:
 * calls are refused with BreakerOpenError. After `resetTimeoutMs` it is half-open: one probe passes; success closes
 * it and clears the window, failure opens it again. Calls that began before it opened decide nothing afterwards.
 */
export class CircuitBreaker implements Disposable {
  readonly key: string
  readonly #settings: BreakerSettings
  readonly #ports: Ports
  readonly #observers = new Observers<BreakerChange>()
  #window: RollingWindow
  #circuit: Circuit
  #state: BreakerState = 'closed'
  #openedAt: number | null = null
  #probeBegan: number | null = null
  #cancelTimer: (() => void) | undefined
  #disposed = false

  /** @throws BadOptionError */
  constructor(options: BreakerOptions & { readonly key?: string } = {}, ports: Ports = realPorts) {
    this.key = options.key ?? 'breaker'
    this.#settings = breakerSettings(options)
    this.#ports = ports
    this.#window = new RollingWindow(this.#settings, ports.now())
    this.#circuit = this.#watched('closed')
  }

  /** The state now: an open breaker whose time is over is half-open. */
  get state(): BreakerState {
    this.#refresh()
    return this.#state
  }

  /** Counts of the rolling window. */
  get stats(): BreakerCounts {
    this.#refresh()
    return this.#window.counts
  }

  /** Milliseconds until a probe may pass; 0 when it is not open. */
  get retryAfterMs(): number {
    if (this.state !== 'open' || this.#openedAt === null) return 0
    return Math.max(this.#openedAt + this.#settings.resetTimeoutMs - this.#ports.now(), 0)
  }

  /**
   * Calls the function if the breaker lets it pass, and counts how it ends. An error after `signal` was aborted and
   * a full bulkhead count neither as success nor as failure.
   * @throws BreakerOpenError, BreakerClosedDownError, the signal's reason, or what the function throws
   */
  async execute<T>(
    fn: () => T | PromiseLike<T>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    signal?.throwIfAborted()
    if (this.#disposed) throw new BreakerClosedDownError(this.key)
    this.#refresh()
    const circuit = this.#circuit
    const bucket = this.#window.current
    if (circuit.pendingClose) this.#probeBegan = this.#ports.now()
    return new Promise((resolve, reject) => {
      let passed = false
      const task = async (): Promise<T> => {
        passed = true
        try {
          return await fn()
        } catch (error) {
          if (!tellsNothing(error, signal)) throw error
          bucket.fires--
          if (circuit === this.#circuit) this.#allowProbe()
          reject(error)
          // opossum takes every outcome for a success or a failure, so it is not told of one.
          return new Promise(() => {})
        }
      }
      const failed = (error: unknown): void =>
        reject(passed ? error : new BreakerOpenError(this.key, this.retryAfterMs))
      // Settled through opossum, so that it has counted the call when the caller goes on.
      circuit.fire(task).then((value) => resolve(value as T), failed)
    })
  }

  /** Opens it by hand, as if it had just failed. Open already: its time begins anew. */
  trip(): void {
    this.#become('open', this.#ports.now())
  }

  /** Closes it by hand and clears the window. */
  reset(): void {
    this.#become('closed', null)
  }

  /** Calls the listener after each change of state. @returns removes it */
  onChange(listener: (change: BreakerChange) => void): () => void {
    return this.#observers.add(listener)
  }

  snapshot(): BreakerSnapshot {
    const { state, stats } = this
    return { key: this.key, state, openedAt: this.#openedAt, counts: stats }
  }

  /** Takes over a snapshot's state and counts; time that passed meanwhile counts towards the reset timeout. */
  restore(snapshot: BreakerSnapshot): void {
    this.#become(snapshot.state, snapshot.openedAt ?? this.#ports.now(), snapshot.counts)
    this.#refresh()
  }

  /** Clears its timers; further calls reject with BreakerClosedDownError. A second call does nothing. */
  [Symbol.dispose](): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#cancelTimer?.()
    this.#observers.clear()
    dropCircuit(this.#circuit)
  }

  /** Brings window and state up to the clock. Timers may be late; the answer to a caller is not. */
  #refresh(): void {
    const now = this.#ports.now()
    this.#window.turnTo(now)
    const { resetTimeoutMs, probeTimeoutMs } = this.#settings
    if (this.#state === 'open' && this.#openedAt !== null && now >= this.#openedAt + resetTimeoutMs) {
      this.#become('half-open', this.#openedAt)
    } else if (
      this.#state === 'half-open' &&
      this.#probeBegan !== null &&
      now >= this.#probeBegan + probeTimeoutMs
    ) {
      this.#allowProbe()
    }
  }

  /** opossum lets one probe through a half-open circuit; a fresh circuit lets through another. */
  #allowProbe(): void {
    if (this.#state !== 'half-open') return
    this.#probeBegan = null
    dropCircuit(this.#circuit)
    this.#circuit = this.#watched('half-open')
  }

  #watched(state: BreakerState): Circuit {
    const circuit = openCircuit(state, this.#settings, this.#window)
    circuit.on('open', () => this.#become('open', this.#ports.now()))
    circuit.on('close', () => this.#become('closed', null))
    return circuit
  }

  #become(to: BreakerState, openedAt: number | null, counts?: BreakerCounts): void {
    if (this.#disposed) return
    const from = this.#state
    const at = this.#ports.now()
    this.#state = to
    this.#openedAt = to === 'closed' ? null : openedAt
    this.#probeBegan = null
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (to === 'closed' || counts) this.#window = new RollingWindow(this.#settings, at, counts)
    dropCircuit(this.#circuit)
    this.#circuit = this.#watched(to)
    if (to === 'open' && this.#openedAt !== null)
      this.#armReset(this.#openedAt + this.#settings.resetTimeoutMs - at)
    if (from !== to) this.#observers.tell({ key: this.key, from, to, at })
  }

  /** For observers only: callers are answered by the clock. So it need not keep the process alive. */
  #armReset(ms: number): void {
    this.#cancelTimer = this.#ports.setTimer(() => this.#refresh(), Math.max(ms, 0), { background: true })
  }
}

/** The service was not asked, or the answer was no longer wanted. */
const tellsNothing = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || hasCode(error, 'POLICY_BULKHEAD_FULL')
