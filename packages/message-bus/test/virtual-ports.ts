import type { Bench, ConformanceSettings } from '../src/conformance/index.ts'
import type { MessageBus, Ports } from '../src/index.ts'
import { createMemoryMessageBus } from '../src/index.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly fn: () => void
}

/** A clock that stands still until told to move, and ids that count. */
export class VirtualPorts implements Ports {
  time = 1_700_000_000_000
  #timers = new Set<Timer>()
  #order = 0
  #ids = 0

  now(): number {
    return this.time
  }

  newId(): string {
    return `id-${++this.#ids}`
  }

  setTimer(fn: () => void, ms: number): () => void {
    const timer = { at: this.time + ms, order: this.#order++, fn }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are armed. */
  get armed(): number {
    return this.#timers.size
  }

  /** Lets the time pass, firing what is due in order, and lets promises settle around each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.fn()
      await settled()
    }
    this.time = end
  }

  #due(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Long after every promise chain in the tests. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A memory bus on a virtual clock. `wrap` may put something around it. */
export async function memoryBench(
  settings: ConformanceSettings = {},
  wrap: (bus: MessageBus) => MessageBus = (bus) => bus,
): Promise<Bench & { readonly ports: VirtualPorts }> {
  const ports = new VirtualPorts()
  const portsGiven = {
    now: () => ports.now(),
    newId: () => ports.newId(),
    setTimer: ports.setTimer.bind(ports),
  }
  const bus = wrap(createMemoryMessageBus({ ...settings, ports: portsGiven }))
  return { bus, ports, advance: (ms) => ports.advance(ms), settle: settled }
}
