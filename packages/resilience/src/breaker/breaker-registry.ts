import { wholeNumber } from '../option.ts'
import { type Ports, realPorts } from '../ports.ts'
import { CircuitBreaker } from './breaker.ts'
import {
  type BreakerChange,
  type BreakerEventSource,
  type BreakerEvents,
  EventTable,
} from './breaker-events.ts'
import { type BreakerOptions, breakerSettings } from './breaker-options.ts'
import { type BreakerSnapshot, type RegistrySnapshot, registrySnapshotIn } from './breaker-snapshot.ts'
import { type SharingOptions, sharingOf } from './shared-record.ts'

export interface BreakerRegistryOptions extends SharingOptions {
  /** Options of every breaker. */
  readonly defaults?: BreakerOptions
  /** Options for some keys, over the defaults: by name or by a function. */
  readonly perKey?: Readonly<Record<string, BreakerOptions>> | ((key: string) => BreakerOptions | undefined)
  readonly ports?: Ports
  /** Past this many keys, closed breakers without recent calls are forgotten. Default 10,000. */
  readonly maxKeys?: number
}

/** So many breakers are looked at to find one to forget: where keys come from data, each new one must stay cheap. */
const LOOKED_AT = 16

/** One breaker per key, shared by whoever asks for the key; with a store, also with other processes. */
export class BreakerRegistry implements BreakerEventSource, Disposable {
  readonly #options: BreakerRegistryOptions
  readonly #ports: Ports
  readonly #maxKeys: number
  /** Those looked at longest ago come first. */
  readonly #breakers = new Map<string, CircuitBreaker>()
  readonly #events = new EventTable()

  /** @throws BadOptionError */
  constructor(options: BreakerRegistryOptions = {}) {
    this.#options = options
    this.#ports = options.ports ?? realPorts
    this.#maxKeys = wholeNumber('maxKeys', options.maxKeys ?? 10_000, 1)
    breakerSettings(options.defaults ?? {})
    sharingOf(options)
  }

  /**
   * The breaker of this key: made when first asked for, the same one afterwards.
   * @throws BadOptionError for options of this key
   */
  get(key: string): CircuitBreaker {
    const known = this.#breakers.get(key)
    if (known) return known
    if (this.#breakers.size >= this.#maxKeys) this.#forgetOneIdle()
    const { store, refreshMs, storeTimeoutMs, defaults } = this.#options
    const sharing = { store, refreshMs, storeTimeoutMs }
    const breaker = new CircuitBreaker(
      { ...defaults, ...this.#perKey(key), ...sharing, key },
      this.#ports,
      this.#events,
    )
    this.#breakers.set(key, breaker)
    return breaker
  }

  /**
   * Forgets the breaker of this key, so that the next `get` makes one by the options of then. Whoever holds the old one
   * may go on using it. What a store knows of the key stays.
   * @returns whether there was one
   */
  forget(key: string): boolean {
    return this.#breakers.delete(key)
  }

  /** Keys of the breakers that exist here. */
  keys(): string[] {
    return [...this.#breakers.keys()]
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

  /** Breakers that are not closed or have calls in their window. */
  snapshot(): RegistrySnapshot {
    const all = [...this.#breakers.values()].map((breaker) => breaker.snapshot())
    return { format: 1, breakers: all.filter((breaker) => !isIdle(breaker)) }
  }

  /**
   * Puts every breaker of the snapshot into its state; others stay as they are. Stores are told.
   * @returns when the store has it too, or could not be reached; without a store it counts at once
   * @throws BadDataError, and then nothing has changed
   */
  async restore(snapshot: RegistrySnapshot): Promise<void> {
    const { breakers } = registrySnapshotIn('snapshot', snapshot)
    await Promise.all(breakers.map((breaker) => this.get(breaker.key).restore(breaker)))
  }

  /** Disposes of all breakers. The registry can be used again, with new ones. */
  close(): void {
    for (const breaker of this.#breakers.values()) breaker[Symbol.dispose]()
    this.#breakers.clear()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #perKey(key: string): BreakerOptions | undefined {
    const { perKey } = this.#options
    if (typeof perKey === 'function') return perKey(key)
    // Keys may come from data: only what was written in the options counts.
    return perKey && Object.hasOwn(perKey, key) ? perKey[key] : undefined
  }

  /** A closed breaker has no timer, so whoever still holds it can go on using it. */
  #forgetOneIdle(): void {
    for (const [key, breaker] of [...this.#breakers].slice(0, LOOKED_AT)) {
      this.#breakers.delete(key)
      if (isIdle(breaker.snapshot())) return
      this.#breakers.set(key, breaker)
    }
  }
}

const isIdle = (breaker: BreakerSnapshot): boolean => breaker.state === 'closed' && breaker.counts.fires === 0
