import type { Ports } from '../ports.ts'

/** How long the end of a bus waits for a broker, which may be away. */
export const FAREWELL_MS = 250

/** Resolves when the promise is settled, or the time is over. */
export function within(ports: Ports, ms: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = ports.setTimer(resolve, ms)
    const end = (): void => {
      cancel()
      resolve()
    }
    promise.then(end, end)
  })
}
