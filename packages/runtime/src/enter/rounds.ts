import type { Ports } from '../drive/ports.ts'

/** Work that is done again and again, each time a while after it ended; it does not keep the process alive. */
export class Rounds {
  readonly #ports: Ports
  readonly #cancels = new Set<() => void>()
  #stopped = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Calls `work` after `ms`, then again `ms` after it has ended. It must not reject. */
  every(ms: number, work: () => Promise<void>): void {
    const round = () => {
      this.#cancels.delete(cancel)
      void work().then(() => {
        if (!this.#stopped) this.every(ms, work)
      })
    }
    const cancel = this.#ports.setTimer(round, ms, { background: true, periodic: true })
    this.#cancels.add(cancel)
  }

  /** No round begins after this; one under way ends by itself. */
  stop(): void {
    this.#stopped = true
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }
}

/** Resolves when the work does, or after `ms`. */
export async function within(ports: Ports, ms: number, work: Promise<unknown>): Promise<void> {
  let cancel = () => {}
  const timeout = new Promise<void>((resolve) => {
    cancel = ports.setTimer(resolve, ms)
  })
  await Promise.race([work, timeout])
  cancel()
}
