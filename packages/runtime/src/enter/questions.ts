/** A question to the store that is out, about one run or about any. */
export interface Question {
  /** Whether its answer, that this worker holds the run under that fence, is older than what happened here since. */
  isLate(runId: string, fence: number): boolean
  /** Its answer is there, and was looked at. */
  close(): void
}

/**
 * Knows answers that come late. A run may have been driven to its end here between a question and its answer, which says
 * nothing of that: who believed it would do finished steps again. Every holding has a fence of its own, so one that has
 * ended is known by it.
 */
export class Questions {
  readonly #open = new Map<Question, (runId: string, fence: number) => void>()

  ask(about?: string): Question {
    const ended = new Map<string, number>()
    const question: Question = {
      isLate: (runId, fence) => (ended.get(runId) ?? -1) >= fence,
      close: () => this.#open.delete(question),
    }
    this.#open.set(question, (runId, fence) => {
      if (about === undefined || about === runId) ended.set(runId, Math.max(fence, ended.get(runId) ?? 0))
    })
    return question
  }

  /** A run is driven here no more, as this worker held it under that fence. */
  ended(runId: string, fence: number): void {
    for (const tell of this.#open.values()) tell(runId, fence)
  }
}
