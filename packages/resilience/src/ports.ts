/**
 * Everything this package takes from the outside world. A simulator passes its own; the real ones are the default.
 * The timers that opossum keeps inside are not used: what they would do is driven from here.
 */
export interface Ports {
  /** Epoch milliseconds. */
  now(): number
  /**
   * Calls `fn` once after `ms` milliseconds. `background: true` marks a timer that need not keep the process alive.
   * @returns cancels it; does nothing once it has fired
   */
  setTimer(fn: () => void, ms: number, options?: { readonly background?: boolean }): () => void
  /** A number from 0 (included) to 1 (excluded). */
  random(): number
}

/** The longest delay a `setTimeout` can hold; a longer one fires at once. */
const LONGEST = 2 ** 31 - 1

/** The real clock, timers and randomness. */
export const realPorts: Ports = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (fn, ms, options) => {
    let left = ms
    let timer: ReturnType<typeof setTimeout>
    const arm = (): void => {
      const part = Math.min(left, LONGEST)
      left -= part
      timer = setTimeout(left > 0 ? arm : fn, part)
      // A number in browsers, an object elsewhere.
      if (options?.background && typeof timer === 'object') timer.unref?.()
    }
    arm()
    return () => clearTimeout(timer)
  },
}
