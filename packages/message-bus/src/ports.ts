import { newUuid } from './uuid.ts'

/** What the memory backend takes from the outside world. A simulator passes its own. */
export interface Ports {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `fn` once after `ms` milliseconds. @returns cancels it; does nothing once it has fired */
  setTimer(fn: () => void, ms: number): () => void
  /** A new id, unique and rising: UUIDv7. */
  newId(): string
}

/** The longest delay a `setTimeout` can hold; a longer one fires at once. */
const LONGEST = 2 ** 31 - 1

/** The real clock, timers and ids. */
export const realPorts: Ports = {
  now: () => Date.now(),
  newId: newUuid,
  setTimer: (fn, ms) => {
    let left = ms
    let timer: ReturnType<typeof setTimeout>
    const arm = (): void => {
      const part = Math.min(left, LONGEST)
      left -= part
      timer = setTimeout(left > 0 ? arm : fn, part)
    }
    arm()
    return () => clearTimeout(timer)
  },
}
