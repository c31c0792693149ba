import type { Failure } from './door.ts'

/** How often something is asked at most, with pauses of 10, 20, 40 and 80 ms in between. */
const TRIES = 5

/**
 * Asks again what was certainly not done because another transaction was in the way; and, if it may be done twice, what
 * perhaps was done. Rejects with the last error as it was thrown.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  repeatable: boolean,
  failureOf: (thrown: unknown) => Failure,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const { fate } = failureOf(error)
      const again = fate === 'conflict' || (repeatable && fate === 'unknown')
      if (!again || tries === TRIES) throw error
      // Half of it random, so that two that were in each other's way do not meet again.
      await pause(2 ** tries * 5 * (0.5 + Math.random() / 2))
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
