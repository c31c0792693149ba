import { VirtualPorts } from '@pawl/testkit/clock'
import {
  BreakerRegistry,
  type BreakerRegistryOptions,
  type BreakerStore,
  type CircuitBreaker,
  createMemoryBreakerStore,
} from '../src/index.ts'

/** A store that counts what it is asked, and can be slow, silent, broken or out of reach. */
class WatchedStore implements BreakerStore {
  readonly inner: BreakerStore = createMemoryBreakerStore()
  readonly asked: string[] = []
  mood: 'well' | 'silent' | 'failing' = 'well'
  delayMs = 0
  readonly #ports: VirtualPorts

  constructor(ports: VirtualPorts) {
    this.#ports = ports
  }

  read: BreakerStore['read'] = (key) => this.#answer('read', () => this.inner.read(key))
  write: BreakerStore['write'] = (write) => this.#answer('write', () => this.inner.write(write))

  /** Writes something else than a breaker. */
  async spoil(value: unknown): Promise<void> {
    const revision = (await this.inner.read('stripe'))?.revision ?? null
    await this.inner.write({
      key: 'stripe',
      value: value as never,
      expected: revision,
      id: `spoil ${revision}`,
    })
  }

  async #answer<T>(what: string, ask: () => Promise<T>): Promise<T> {
    this.asked.push(what)
    if (this.mood === 'silent') return new Promise(() => {})
    if (this.mood === 'failing') throw new Error('connection refused')
    if (this.delayMs > 0) await new Promise<void>((resolve) => this.#ports.setTimer(resolve, this.delayMs))
    return ask()
  }
}

/** Processes over one store, on one clock. */
export function given(options: BreakerRegistryOptions = {}) {
  const ports = new VirtualPorts()
  const store = new WatchedStore(ports)
  const registry = (more: BreakerRegistryOptions = {}): BreakerRegistry =>
    new BreakerRegistry({
      store,
      ports,
      defaults: { volumeThreshold: 3, resetTimeoutMs: 10_000 },
      ...options,
      ...more,
    })
  const process = (more?: BreakerRegistryOptions): CircuitBreaker => {
    const breaker = registry(more).get('stripe')
    // Else it would warn.
    breaker.on('storeError', () => {})
    return breaker
  }
  return { ports, store, registry, process }
}
