/** Cancels a timer. */
export interface CancelTimer {
  (): void
  /**
   * Says anew whether the timer keeps the process alive. Left out where that cannot be said: what could be kept
   * armed without harm is cancelled then.
   */
  readonly hold?: (alive: boolean) => void
}

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
  setTimer(fn: () => void, ms: number, options?: { readonly background?: boolean }): CancelTimer
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
    let alive = options?.background !== true
    let timer: ReturnType<typeof setTimeout>
    const hold = (wanted: boolean): void => {
      alive = wanted
      if (alive) timer.ref()
      else timer.unref()
    }
    const arm = (): void => {
      const part = Math.min(left, LONGEST)
      left -= part
      timer = setTimeout(left > 0 ? arm : fn, part)
      if (!alive && canHold(timer)) timer.unref()
    }
    arm()
    const cancel = (): void => clearTimeout(timer)
    return canHold(timer!) ? Object.assign(cancel, { hold }) : cancel
  },
}

/** A timer is an object with `ref` and `unref` in Node, Deno and Bun, a number in browsers and on edge runtimes. */
const canHold = (timer: unknown): boolean =>
  typeof timer === 'object' && timer !== null && 'ref' in timer && 'unref' in timer
