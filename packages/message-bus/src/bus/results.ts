import type { Broker } from '../broker/broker.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { Ports } from '../ports.ts'
import type { EventSide } from './events/events.ts'

/** Looks for kept results, and waits for those that are not there yet. */
export class Results {
  readonly #broker: Broker
  readonly #events: EventSide
  readonly #ports: Ports
  readonly #waiting = new Map<string, Set<(text: string) => void>>()
  readonly #failures = new Set<(error: unknown) => void>()
  #stop: Promise<() => void> | undefined
  #looking = false
  /** There may be more than the look under way will see. */
  #again = false

  constructor(broker: Broker, events: EventSide, ports: Ports) {
    this.#broker = broker
    this.#events = events
    this.#ports = ports
  }

  /** The result's JSON; `undefined` when there is none in time. */
  async get(taskId: string, waitMs: number, signal: AbortSignal | undefined): Promise<string | undefined> {
    if (signal?.aborted) throw signal.reason
    if (waitMs > 0) return this.#wait(taskId, waitMs, signal)
    const [text] = await this.#broker.results([taskId])
    return text
  }

  close(): void {
    for (const fail of [...this.#failures]) fail(new MessageBusClosedError())
  }

  #wait(taskId: string, waitMs: number, signal: AbortSignal | undefined): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      /** @returns whether it had not left before: the last look may be answered after another one */
      const leave = (): boolean => {
        if (!this.#failures.delete(fail)) return false
        cancel()
        signal?.removeEventListener('abort', onAbort)
        waiters.delete(settle)
        if (waiters.size === 0) this.#waiting.delete(taskId)
        this.#stopListening()
        return true
      }
      const settle = (text: string | undefined): void => {
        if (leave()) resolve(text)
      }
      const fail = (error: unknown): void => {
        if (leave()) reject(error)
      }
      const onAbort = (): void => fail(signal?.reason)
      const waiters = this.#waiting.get(taskId) ?? new Set()
      this.#waiting.set(taskId, waiters.add(settle))
      this.#failures.add(fail)
      // Looked for once more: with a broker that is away nobody can say that there is no result.
      const cancel = this.#ports.setTimer(() => {
        this.#broker.results([taskId]).then(([text]) => settle(text), fail)
      }, waitMs)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#stop ??= this.#events.onGrowth(() => void this.#look())
      // Looked for once the log is watched, so that a result cannot come between the look and the watch.
      this.#stop.then(() => this.#look(), fail)
    })
  }

  async #look(): Promise<void> {
    this.#again = true
    if (this.#looking) return
    this.#looking = true
    while (this.#again && this.#waiting.size > 0) {
      this.#again = false
      await this.#lookOnce()
    }
    this.#looking = false
  }

  async #lookOnce(): Promise<void> {
    const taskIds = [...this.#waiting.keys()]
    try {
      const texts = await this.#broker.results(taskIds)
      taskIds.forEach((taskId, index) => {
        const text = texts[index]
        if (text !== undefined) for (const settle of [...(this.#waiting.get(taskId) ?? [])]) settle(text)
      })
    } catch {
      // The broker is away; its return is heard as growth.
    }
  }

  #stopListening(): void {
    if (this.#waiting.size > 0) return
    this.#stop?.then(
      (stop) => stop(),
      () => {},
    )
    this.#stop = undefined
  }
}
