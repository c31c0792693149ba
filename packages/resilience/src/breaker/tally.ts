import { hasCode } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { EventTable } from './breaker-events.ts'
import type { BreakerSettings } from './breaker-options.ts'
import type { ProbeOutcome } from './breaker-record.ts'
import type { BreakerCounts } from './breaker-state.ts'
import { Circuit, type CircuitListener } from './circuit.ts'
import { RollingWindow } from './rolling-window.ts'

/** What this process counts of a breaker's calls, and tells of each. */
export class Tally {
  readonly #key: string
  readonly #settings: BreakerSettings
  readonly #ports: Ports
  readonly #events: EventTable
  readonly #listener: CircuitListener
  #window: RollingWindow
  #circuit: Circuit

  /** @param opened hears that too many calls failed */
  constructor(key: string, settings: BreakerSettings, ports: Ports, events: EventTable, opened: () => void) {
    this.#key = key
    this.#settings = settings
    this.#ports = ports
    this.#events = events
    this.#listener = {
      opened,
      succeeded: () => this.#succeeded(),
      failed: (error) => this.#failed(error),
    }
    this.#window = new RollingWindow(settings, ports.now())
    this.#circuit = new Circuit(settings, this.#window, this.#listener)
  }

  countsAt(now: number): BreakerCounts {
    this.turnTo(now)
    return this.#window.counts
  }

  /** Forgets what has left the window. */
  turnTo(now: number): void {
    this.#window.turnTo(now)
  }

  /** Begins a new window, for a closed breaker. */
  restart(counts?: BreakerCounts): void {
    this.stop()
    this.#window = new RollingWindow(this.#settings, this.#ports.now(), counts)
    this.#circuit = new Circuit(this.#settings, this.#window, this.#listener)
  }

  /** Lets the calls go that are under way: they count nowhere. */
  stop(): void {
    this.#circuit.drop()
  }

  /** Makes a call of a closed breaker and counts how it ends. */
  call<T>(fn: () => T | PromiseLike<T>, signal: AbortSignal | undefined, now: number): Promise<T> {
    if (this.#events.hears('fire')) this.#events.tell('fire', { key: this.#key, at: now })
    return this.#circuit.fire(fn, signal)
  }

  /** Counts a call that was refused. */
  refused(now: number, retryAfterMs: number): void {
    this.#window.newest.rejects++
    this.#events.tell('reject', { key: this.#key, at: now, retryAfterMs })
  }

  probeBegan(now: number): void {
    this.#events.tell('fire', { key: this.#key, at: now })
  }

  probeEnded(outcome: ProbeOutcome, error: unknown): void {
    if (outcome === 'nothing') return
    const { newest } = this.#window
    newest.fires++
    if (outcome === 'well') {
      newest.successes++
      this.#succeeded()
    } else {
      newest.failures++
      this.#failed(error)
    }
  }

  #succeeded(): void {
    if (this.#events.hears('success')) this.#events.tell('success', { key: this.#key, at: this.#ports.now() })
  }

  #failed(error: unknown): void {
    const event = { key: this.#key, at: this.#ports.now(), error }
    if (hasCode(error, 'POLICY_TIMEOUT')) this.#events.tell('timeout', event)
    this.#events.tell('failure', event)
  }
}
