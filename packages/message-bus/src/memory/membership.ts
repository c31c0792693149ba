import type { Subscription } from '../contract/subscription.ts'

/** The part that all subscriptions share: an id, an end, and a signal that says so. */
export class Membership implements Subscription {
  readonly id: string
  readonly topic: string
  readonly #controller = new AbortController()
  readonly #signal: AbortSignal | undefined
  readonly #leave: () => void

  constructor(id: string, topic: string, signal: AbortSignal | undefined, leave: () => void) {
    this.id = id
    this.topic = topic
    this.#leave = leave
    this.#signal = signal
    signal?.addEventListener('abort', this.#end, { once: true })
  }

  get closed(): boolean {
    return this.#controller.signal.aborted
  }

  /** Aborted when the subscription has ended. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async close(): Promise<void> {
    this.#end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
  }

  #end = (): void => {
    if (this.closed) return
    this.#signal?.removeEventListener('abort', this.#end)
    this.#controller.abort()
    this.#leave()
  }
}
