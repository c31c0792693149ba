import type { Ports } from '../ports.ts'

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
