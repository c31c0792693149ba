import { setImmediate } from 'node:timers/promises'

/** Long work lets the rest of the process have its turn this often: leases are renewed there. */
const EVERY_MS = 50

/**
 * What long work awaits now and then. It gives others their turn when it is time for that, and throws the signal's reason
 * once it is aborted.
 */
export function breather(signal: AbortSignal): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < EVERY_MS) return
    await setImmediate()
    signal.throwIfAborted()
    since = performance.now()
  }
}
