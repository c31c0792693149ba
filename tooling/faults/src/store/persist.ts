import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 20

/** Whether the same call may be made again as it is. */
export const isRetriable = (error: unknown): boolean =>
  (error as { readonly retriable?: unknown }).retriable === true

/** Asks until there is an answer, or an error that asking again does not help. */
export async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isRetriable(error)) throw error
      await sleep(PAUSE_MS)
    }
  }
}
