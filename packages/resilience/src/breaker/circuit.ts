import Opossum from 'opossum'
import { hasCode } from '../errors.ts'
import { type BreakerSettings, countsAsFailure } from './breaker-options.ts'
import type { RollingWindow } from './rolling-window.ts'

/** opossum's own reset timer runs on the real clock; the longest one that a timer can hold never gets to fire. */
const NEVER = 2 ** 31 - 1

/** What a circuit tells its breaker. */
export interface CircuitListener {
  opened(): void
  succeeded(): void
  failed(error: unknown): void
}

type Task = () => unknown
type Call = [task: Task, signal: AbortSignal | undefined, bucket: { fires: number }]

/**
 * A closed breaker: an opossum circuit that counts calls into a window and says when too many failed. What comes after
 * that is not opossum's: it would let exactly one probe through, and knows one process and the real clock only.
 */
export class Circuit {
  readonly #opossum: Opossum<Call, unknown>
  readonly #window: RollingWindow
  /** opossum takes each outcome for a success or a failure; one that is neither is taken back at once. */
  #tookBack = false
  #dropped = false

  constructor(settings: BreakerSettings, window: RollingWindow, listener: CircuitListener) {
    this.#window = window
    this.#opossum = new Opossum<Call, unknown>((task) => Promise.resolve(task()), {
      timeout: false,
      resetTimeout: NEVER,
      errorThresholdPercentage: settings.errorThresholdPercentage,
      volumeThreshold: settings.volumeThreshold,
      enableSnapshots: false,
      status: window.status,
      // The types know the error alone; opossum passes on what it was fired with.
      errorFilter: ((error: unknown, ...call: Call) => this.#filter(settings, error, call)) as (
        error: unknown,
      ) => boolean,
    })
    this.#opossum.on('open', () => listener.opened())
    this.#opossum.on('failure', (error) => listener.failed(error))
    this.#opossum.on('success', () => {
      if (!this.#tookBack) listener.succeeded()
      this.#tookBack = false
    })
  }

  /** Calls the task at once and settles as it does, after the outcome was counted. */
  fire<T>(task: () => T | PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#opossum.fire(task, signal, this.#window.newest) as Promise<T>
  }

  /** Lets the circuit go: calls still in flight settle, but count nowhere and change nothing. */
  drop(): void {
    this.#dropped = true
    this.#opossum.removeAllListeners()
    // Clears opossum's reset timer.
    this.#opossum.close()
  }

  #filter(settings: BreakerSettings, error: unknown, [, signal, bucket]: Call): boolean {
    if (this.#dropped) return true
    this.#tookBack = tellsNothing(error, signal)
    if (!this.#tookBack) return !countsAsFailure(settings, error)
    bucket.fires--
    this.#window.newest.successes--
    return true
  }
}

/** The service was not asked, or the answer was no longer wanted. */
export const tellsNothing = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || hasCode(error, 'POLICY_BULKHEAD_FULL')
