import type { Ports } from '../../ports.ts'

const FIRST_MS = 50
const LONGEST_MS = 5000

/** Waits longer each time before something that failed is tried again. */
export class Retreat {
  readonly #ports: Ports
  #failures = 0
  #cancel: (() => void) | undefined

  constructor(ports: Ports) {
    this.#ports = ports
  }

  get waiting(): boolean {
    return this.#cancel !== undefined
  }

  succeeded(): void {
    this.#failures = 0
  }

  again(go: () => void): void {
    if (this.#cancel) return
    const ms = Math.min(FIRST_MS * 2 ** this.#failures++, LONGEST_MS)
    this.#cancel = this.#ports.setTimer(() => {
      this.#cancel = undefined
      go()
    }, ms)
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
