import type { HeartbeatResult, StateStore } from '@pawl/state-store'
import type { Settings } from './settings.ts'

/**
 * Gives back runs that the store thinks a worker holds and that nobody drives: the answer to a claim was lost,
 * the journal could not be read, or a process of the same name ended. The worker's lease would keep them from
 * everybody for ever.
 */
export class Strays {
  readonly #store: StateStore
  readonly #settings: Settings
  readonly #isHeld: (runId: string) => boolean
  /** By run and fence: since when. */
  #since: ReadonlyMap<string, number> = new Map()

  constructor(store: StateStore, settings: Settings, isHeld: (runId: string) => boolean) {
    this.#store = store
    this.#settings = settings
    this.#isHeld = isHeld
  }

  /** Looks through the answer to a heartbeat, as of `now` on this machine's clock. Resolves to how many it gave back. */
  async giveBack(held: HeartbeatResult['held'], now: number): Promise<number> {
    const since = new Map<string, number>()
    let count = 0
    for (const { runId, fence } of held) {
      if (this.#isHeld(runId)) continue
      const name = `${runId}/${fence}`
      const first = this.#since.get(name) ?? now
      since.set(name, first)
      // One that was taken just now is about to be driven.
      if (now - first >= this.#settings.leaseMs / 3 && (await this.#release(runId, fence))) count += 1
    }
    this.#since = since
    return count
  }

  async #release(runId: string, fence: number): Promise<boolean> {
    const run = await this.#store.run(runId)
    if (run === undefined || run.fence !== fence || this.#isHeld(runId)) return false
    const { worker } = this.#settings
    const next = { status: 'waiting', readyInMs: 0, inboxSeen: run.inbox } as const
    const version = run.version + 1
    return (await this.#store.commit({ runId, worker, fence, version, entries: [], next })).ok
  }
}
