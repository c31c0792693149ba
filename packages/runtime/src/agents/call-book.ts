import { type CallCounts, CallWindow, sumCounts } from './call-window.ts'

/** More agents than this are not counted: ids may come from data. */
const MOST_AGENTS = 1_000

/** How this process's calls of agents went lately. */
export class CallBook {
  readonly #windows = new Map<string, CallWindow>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  note(agent: string, ok: boolean, durationMs: number): void {
    let window = this.#windows.get(agent)
    if (window === undefined) {
      if (this.#windows.size >= MOST_AGENTS) return
      window = new CallWindow()
      this.#windows.set(agent, window)
    }
    window.note(this.#now(), ok, durationMs)
  }

  countsOf(agent: string): CallCounts {
    return this.#windows.get(agent)?.countsAt(this.#now()) ?? sumCounts([])
  }

  /** Begins anew, for an agent that gets another chance. */
  forget(agent: string): void {
    this.#windows.delete(agent)
  }
}
