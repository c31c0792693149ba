import type { Ports } from './ports.ts'

/**
 * Hands outcomes to a code workflow one at a time: after each, everything that the code does with it runs before
 * the next is handed over. So the order in which branches go on is the order of the journal, live as on replay.
 */
export class Delivery {
  readonly #ports: Ports
  readonly #queue: (() => void)[] = []
  #busy = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Whether something is being handed over, or the code may still be reacting to it. */
  get busy(): boolean {
    return this.#busy
  }

  add(hand: () => void): void {
    this.#queue.push(hand)
    if (!this.#busy) void this.#handAll()
  }

  async #handAll(): Promise<void> {
    this.#busy = true
    while (this.#queue.length > 0) {
      this.#queue.shift()!()
      await this.#ports.turn()
    }
    this.#busy = false
  }
}
