import type { WriteOperation } from '../engine/writes.ts'

/**
 * Confirmations of the outbox that wait for a commit of their own run: it moves the run's row anyway and takes them along
 * for nothing, while one that travels by itself costs the server as much as a commit. Of one run the newest says all.
 */
export class Confirmations {
  #waiting = new Map<string, number>()

  get size(): number {
    return this.#waiting.size
  }

  add(runId: string, version: number): void {
    this.#waiting.set(runId, Math.max(version, this.#waiting.get(runId) ?? 0))
  }

  /** Lets each join a commit of its run, if there is one among these. */
  joinInto(operations: WriteOperation[]): void {
    if (this.#waiting.size === 0) return
    operations.forEach((operation, place) => {
      if (operation.op !== 'commit') return
      const sent = this.#waiting.get(operation.runId)
      if (sent === undefined) return
      this.#waiting.delete(operation.runId)
      operations[place] = { ...operation, sent }
    })
  }

  /** The oldest ones, as operations of their own. */
  take(most: number): readonly (WriteOperation & { readonly op: 'confirm' })[] {
    const oldest = [...this.#waiting].slice(0, most)
    for (const [runId] of oldest) this.#waiting.delete(runId)
    return oldest.map(([runId, version]) => ({ op: 'confirm', runId, version }) as const)
  }
}
