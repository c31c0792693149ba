import type { AcceptingWork, Broker, Unwatch, Verdict } from '../../broker/broker.ts'
import { MessageBusClosedError, QueueFullError } from '../../contract/errors.ts'
import type { Published } from '../../contract/subscription.ts'
import type { Ports } from '../../ports.ts'

interface Waiting {
  readonly work: AcceptingWork
  readonly resolve: (published: Published) => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
}

const LOOK_MS = 1000

export interface SendLaneParts {
  readonly waitForRoom: boolean
  readonly setTimer: Ports['setTimer']
  /** One call: takes the work in order. */
  readonly take: (work: readonly AcceptingWork[]) => Promise<readonly Verdict[]>
  readonly empty: () => void
}

/**
 * Brings one queue's messages to the broker: what is sent in one turn of the event loop, and what gathers while a
 * call is under way, travels together. One call at a time, so that the order of a session holds whatever fails.
 */
export class SendLane {
  readonly #queue: string
  readonly #broker: Broker
  readonly #waitForRoom: boolean
  readonly #setTimer: Ports['setTimer']
  #cancelLook: (() => void) | undefined
  readonly #take: SendLaneParts['take']
  readonly #empty: () => void
  #waiting: Waiting[] = []
  #state: 'idle' | 'scheduled' | 'sending' | 'blocked' = 'idle'
  #unwatch: Promise<Unwatch> | undefined
  /** Room was made since the last call was written: the word of it may be quicker than the call's answer. */
  #room = false
  #closed = false

  constructor(queue: string, broker: Broker, { waitForRoom, setTimer, take, empty }: SendLaneParts) {
    this.#queue = queue
    this.#broker = broker
    this.#waitForRoom = waitForRoom
    this.#setTimer = setTimer
    this.#take = take
    this.#empty = empty
  }

  send(work: AcceptingWork, signal: AbortSignal | undefined): Promise<Published> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new MessageBusClosedError())
      if (signal) this.#withSignal({ work, resolve, reject, signal }, signal)
      else this.#waiting.push({ work, resolve, reject, signal })
      if (this.#state === 'idle') this.#schedule()
    })
  }

  close(): void {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new MessageBusClosedError())
    this.#cancelLook?.()
    this.#stopWatching()
  }

  /** The signal ends the wait of what has not been written yet. */
  #withSignal({ work, resolve, reject }: Waiting, signal: AbortSignal): void {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const leave = (): void => signal.removeEventListener('abort', onAbort)
    const waiting: Waiting = {
      work,
      resolve: (published) => {
        leave()
        resolve(published)
      },
      reject: (error) => {
        leave()
        reject(error)
      },
      signal,
    }
    const onAbort = (): void => {
      if (!this.#waiting.includes(waiting)) return
      this.#waiting = this.#waiting.filter((other) => other !== waiting)
      waiting.reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#waiting.push(waiting)
  }

  #schedule(): void {
    this.#state = 'scheduled'
    queueMicrotask(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    const batch = this.#nextBatch()
    if (batch.length === 0) return this.#rest()
    this.#state = 'sending'
    this.#room = false
    try {
      this.#settle(batch, await this.#take(batch.map(({ work }) => work)))
    } catch (error) {
      for (const { reject } of batch) reject(this.#closed ? new MessageBusClosedError() : error)
    }
    if ((this.#state as string) !== 'blocked') this.#schedule()
  }

  #nextBatch(): Waiting[] {
    const { count, chars } = this.#broker.limits
    let size = 0
    let end = 0
    while (end < this.#waiting.length && end < count) {
      size += (this.#waiting[end] as Waiting).work.payload.length
      if (end > 0 && size > chars) break
      end++
    }
    return this.#waiting.splice(0, end)
  }

  #settle(batch: readonly Waiting[], verdicts: readonly Verdict[]): void {
    const full: Waiting[] = []
    batch.forEach((waiting, index) => {
      const { head } = waiting.work
      const verdict = verdicts[index]
      if (verdict !== 'full') waiting.resolve({ id: head.id, duplicate: verdict === 'duplicate' })
      else if (this.#closed) waiting.reject(new MessageBusClosedError())
      // What was on its way when it was aborted waits no longer.
      else if (waiting.signal?.aborted) waiting.reject(waiting.signal.reason)
      else if (this.#waitForRoom) full.push(waiting)
      else waiting.reject(new QueueFullError(this.#queue))
    })
    if (full.length > 0) this.#block(full)
  }

  /** They stay in front of those that came later, and are tried again when room is made. */
  #block(full: Waiting[]): void {
    this.#waiting = [...full, ...this.#waiting]
    if (this.#room) return
    this.#state = 'blocked'
    this.#lookAgain()
    if (this.#unwatch) return
    this.#unwatch = this.#broker.watchQueue(this.#queue, (wake) => {
      if (wake && !wake.room) return
      this.#room = true
      if (this.#state === 'blocked') this.#schedule()
    })
    // Room that was made before the watch began would never be heard of.
    this.#unwatch.then(
      () => this.#state === 'blocked' && !this.#closed && this.#schedule(),
      (error: unknown) => {
        this.#unwatch = undefined
        // What is under way is told by its own answer.
        if (this.#state !== 'blocked') return
        for (const { reject } of this.#waiting.splice(0)) reject(error)
        this.#cancelLook?.()
        this.#state = 'idle'
      },
    )
  }

  /** Room may be made by time alone, which nobody tells of: what is expired leaves when somebody looks. */
  #lookAgain(): void {
    this.#cancelLook?.()
    this.#cancelLook = this.#setTimer(() => {
      if (this.#state === 'blocked' && !this.#closed) this.#schedule()
    }, LOOK_MS)
  }

  #rest(): void {
    this.#cancelLook?.()
    this.#state = 'idle'
    this.#stopWatching()
    this.#empty()
  }

  #stopWatching(): void {
    this.#unwatch?.then(
      (stop) => stop(),
      () => {},
    )
    this.#unwatch = undefined
  }
}
