import { isFinal, type ResultMessage } from '../contract/agent-messages.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { MemorySettings } from './options.ts'
import { RetainedTexts } from './retained.ts'

interface Waiter {
  readonly settle: (result: ResultMessage | undefined) => void
  readonly fail: (error: unknown) => void
}

/** The last final result of each task, for a while, and those who wait for one. */
export class Results {
  readonly #settings: MemorySettings
  readonly #kept: RetainedTexts
  readonly #waiting = new Map<string, Set<Waiter>>()

  constructor(settings: MemorySettings) {
    this.#settings = settings
    const { maxResults, maxResultAgeMs, maxResultChars } = settings
    this.#kept = new RetainedTexts({
      maxCount: maxResults,
      maxAgeMs: maxResultAgeMs,
      maxChars: maxResultChars,
    })
  }

  get counts(): { readonly results: number; readonly resultsDropped: number } {
    return { results: this.#kept.size, resultsDropped: this.#kept.dropped }
  }

  /** Keeps a final result and hands it to who waits; any other message says that the task goes on. */
  note(result: ResultMessage, text: string): void {
    this.#kept.delete(result.taskId)
    if (!isFinal(result)) return
    this.#kept.set(result.taskId, text, this.#settings.ports.now())
    for (const waiter of [...(this.#waiting.get(result.taskId) ?? [])]) waiter.settle(JSON.parse(text))
  }

  get(taskId: string, waitMs: number, signal: AbortSignal | undefined): Promise<ResultMessage | undefined> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const text = this.#kept.get(taskId, this.#settings.ports.now())
    if (text !== undefined) return Promise.resolve(JSON.parse(text))
    return waitMs > 0 ? this.#wait(taskId, waitMs, signal) : Promise.resolve(undefined)
  }

  close(): void {
    for (const waiters of [...this.#waiting.values()]) {
      for (const waiter of [...waiters]) waiter.fail(new MessageBusClosedError())
    }
  }

  #wait(taskId: string, waitMs: number, signal: AbortSignal | undefined): Promise<ResultMessage | undefined> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancel()
        signal?.removeEventListener('abort', onAbort)
        waiters.delete(waiter)
        if (waiters.size === 0) this.#waiting.delete(taskId)
      }
      const waiter: Waiter = {
        settle: (result) => {
          leave()
          resolve(result)
        },
        fail: (error) => {
          leave()
          reject(error)
        },
      }
      const onAbort = (): void => waiter.fail(signal?.reason)
      const waiters = this.#waiting.get(taskId) ?? new Set()
      this.#waiting.set(taskId, waiters.add(waiter))
      const cancel = this.#settings.ports.setTimer(() => waiter.settle(undefined), waitMs)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}
