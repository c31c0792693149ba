import type { Subscription } from '../contract/subscription.ts'

/** The part that all subscriptions share: an id, an end, and a signal that says so. */
export class Membership implements Subscription {
  readonly id: string
  readonly topic: string
  readonly #controller = new AbortController()
  readonly #signal: AbortSignal | undefined
  readonly #leave: () => unknown
  #left: unknown

  /** @param leave called once, when it ends; what it returns is waited for by `close` */
  constructor(id: string, topic: string, signal: AbortSignal | undefined, leave: () => unknown) {
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
    await this.#left
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #end = (): void => {
    if (this.closed) return
    this.#signal?.removeEventListener('abort', this.#end)
    this.#controller.abort()
    this.#left = this.#leave()
  }
}
