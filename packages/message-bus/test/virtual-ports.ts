import { VirtualPorts as Clock, settled } from '@pawl/testkit/clock'
import type { Bench, ConformanceSettings } from '../src/conformance/index.ts'
import type { MessageBus, Ports } from '../src/index.ts'
import { createMemoryMessageBus } from '../src/index.ts'

export { settled }

/** A clock that stands still until told to move, and ids that count. */
export class VirtualPorts extends Clock implements Ports {
  override time = 1_700_000_000_000
  #ids = 0

  newId(): string {
    return `id-${++this.#ids}`
  }
}

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
