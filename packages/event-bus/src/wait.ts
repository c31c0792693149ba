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
interface Waiting<Event extends BusEvent> {
  readonly promise: Promise<Event>
  readonly offer: (event: Event) => void
  readonly fail: (error: unknown) => void
}

/**
 * A promise for the first fitting event. `done` is called once, however it ends.
 * @param label what is waited for, for the timeout's message
 */
function waiting<Event extends BusEvent>(
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

/** The waits of one bus that have not ended. */
export class Waits {
  #open = new Set<{ readonly fail: (error: unknown) => void }>()

  /** Starts one. `listen` brings it events until it has ended. */
  start(
    pattern: string,
    options: WaitOptions<BusEvent>,
    listen: (offer: (event: BusEvent) => void) => () => void,
  ): Promise<BusEvent> {
    // Listening comes first: it refuses a bad pattern before there is a timer.
    const unlisten = listen((event) => wait.offer(event))
    const wait = waiting<BusEvent>(pattern, options, () => {
      this.#open.delete(wait)
      unlisten()
    })
    this.#open.add(wait)
    return wait.promise
  }

  /** Ends all of them. */
  fail(error: unknown): void {
    for (const wait of this.#open) wait.fail(error)
  }
}
