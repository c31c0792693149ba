import { WaitTimeoutError } from './errors.ts'
import type { BusEvent } from './event.ts'

export interface WaitOptions<Event extends BusEvent> {
  /** Wait for the first event that passes. Default: the first one. A throw rejects the wait. */
  readonly filter?: ((event: Event) => boolean) | undefined
  /** Reject with WaitTimeoutError after this many milliseconds. Default: wait without end. */
  readonly timeoutMs?: number | undefined
  /** Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A wait that has not ended: the bus feeds it events and ends it when it closes. */
export interface Waiting<Event extends BusEvent> {
  readonly promise: Promise<Event>
  readonly offer: (event: Event) => void
  readonly fail: (error: unknown) => void
}

/**
 * A promise for the first fitting event. `done` is called once, however it ends.
 * @param label what is waited for, for the timeout's message
 */
export function waiting<Event extends BusEvent>(
  label: string,
  options: WaitOptions<Event>,
  done: () => void,
): Waiting<Event> {
  const { filter, timeoutMs, signal } = options
  const { promise, resolve, reject } = Promise.withResolvers<Event>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    done()
  }
  const fail = (error: unknown): void => {
    end()
    reject(error)
  }
  const onAbort = (): void => fail(signal?.reason)
  const offer = (event: Event): void => {
    try {
      if (filter && !filter(event)) return
      end()
      resolve(event)
    } catch (error) {
      fail(error)
    }
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (timeoutMs !== undefined)
    timer = setTimeout(() => fail(new WaitTimeoutError(label, timeoutMs)), timeoutMs)
  return { promise, offer, fail }
}
