import type { Socket } from 'node:net'

/**
 * Sockets that were written to in this turn of the event loop. They are corked at their first write and let go
 * together right after the turn, so that a burst of events is one system call a client, not one an event.
 */
export class Corks {
  #corked: Socket[] = []
  readonly #seen = new WeakSet<Socket>()

  add(socket: Socket): void {
    if (this.#seen.has(socket)) return
    if (this.#corked.length === 0) process.nextTick(() => this.#uncork())
    this.#seen.add(socket)
    this.#corked.push(socket)
    socket.cork()
  }

  #uncork(): void {
    const corked = this.#corked
    this.#corked = []
    for (const socket of corked) {
      this.#seen.delete(socket)
      socket.uncork()
    }
  }
}
