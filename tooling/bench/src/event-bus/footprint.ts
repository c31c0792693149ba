import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEventBus } from '@pawl/event-bus'

const LISTENERS = 20_000

/** Heap that one listener takes, its own function included: half of them on one name, half on names of their own. */
export function bytesPerListener(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const bus = createEventBus<Record<string, number>>({ replay: 0 })
  collect()
  const before = process.memoryUsage().heapUsed
  let heard = 0
  for (let n = 0; n < LISTENERS; n++) {
    bus.on(n % 2 ? 'shared' : `own.${n}`, () => {
      heard += n
    })
  }
  collect()
  const bytes = (process.memoryUsage().heapUsed - before) / LISTENERS
  bus.emit('shared', 1)
  if (heard === 0 || bus.listenerCount() !== LISTENERS) throw new Error('The listeners are not there.')
  return bytes
}
