import { type BreakerChange, type BreakerSnapshot, CircuitBreaker } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { BadOptionError } from './errors.ts'
import { Observers } from './observers.ts'
import { wholeNumber } from './option.ts'
import { type Ports, realPorts } from './ports.ts'

export interface BreakerRegistryOptions {
  /** Options of every breaker. */
  readonly defaults?: BreakerOptions
  /** Options for some keys, over the defaults: by name or by a function. */
  readonly perKey?: Readonly<Record<string, BreakerOptions>> | ((key: string) => BreakerOptions | undefined)
  readonly ports?: Ports
  /** Past this many keys, closed breakers without recent calls are forgotten. Default 10,000. */
  readonly maxKeys?: number
}

/** Every breaker of a registry that is worth remembering. JSON-safe; give it back to `restore`. */
export interface RegistrySnapshot {
  readonly format: 1
  readonly breakers: readonly BreakerSnapshot[]
}

/** One breaker per key, shared by whoever asks for the key. */
export class BreakerRegistry implements Disposable {
  readonly #options: BreakerRegistryOptions
  readonly #ports: Ports
  readonly #maxKeys: number
  readonly #breakers = new Map<string, CircuitBreaker>()
  readonly #observers = new Observers<BreakerChange>()

  /** @throws BadOptionError */
  constructor(options: BreakerRegistryOptions = {}) {
    this.#options = options
    this.#ports = options.ports ?? realPorts
    this.#maxKeys = wholeNumber('maxKeys', options.maxKeys ?? 10_000, 1)
  }

  /** The breaker of this key: made when first asked for, the same one afterwards. */
  get(key: string): CircuitBreaker {
    const known = this.#breakers.get(key)
    if (known) return known
    if (this.#breakers.size >= this.#maxKeys) this.#forgetOneIdle()
    const breaker = new CircuitBreaker({ ...this.#options.defaults, ...this.#perKey(key), key }, this.#ports)
    breaker.onChange((change) => this.#observers.tell(change))
    this.#breakers.set(key, breaker)
    return breaker
  }

  /** Keys of the breakers that exist. */
  keys(): string[] {
    return [...this.#breakers.keys()]
  }

  /** Calls the listener after each change of state of any breaker. @returns removes it */
  onChange(listener: (change: BreakerChange) => void): () => void {
    return this.#observers.add(listener)
  }

  /** Breakers that are not closed or have calls in their window. */
  snapshot(): RegistrySnapshot {
    const all = [...this.#breakers.values()].map((breaker) => breaker.snapshot())
    return { format: 1, breakers: all.filter((breaker) => !isIdle(breaker)) }
  }

  /** Puts every breaker of the snapshot into its state; others stay as they are. @throws BadOptionError */
  restore(snapshot: RegistrySnapshot): void {
    if (snapshot.format !== 1) throw new BadOptionError('snapshot.format', '1', snapshot.format)
    for (const breaker of snapshot.breakers) this.get(breaker.key).restore(breaker)
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
    for (const [key, breaker] of this.#breakers) {
      if (!isIdle(breaker.snapshot())) continue
      this.#breakers.delete(key)
      return
    }
  }
}

const isIdle = (breaker: BreakerSnapshot): boolean => breaker.state === 'closed' && breaker.counts.fires === 0
