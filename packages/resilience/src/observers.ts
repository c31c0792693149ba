/** Listeners that are told and cannot interfere: what one throws becomes a process warning where there is one. */
export class Observers<T> {
  #listeners: readonly ((value: T) => void)[] = []

  /** @returns removes it; a second call does nothing */
  add(listener: (value: T) => void): () => void {
    const own = (value: T): void => listener(value)
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  tell(value: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(value)
      } catch (error) {
        warn(error)
      }
    }
  }

  clear(): void {
    this.#listeners = []
  }
}

function warn(error: unknown): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  const text = error instanceof Error ? error.message : String(error)
  host.process?.emitWarning?.(`A listener of breaker changes failed: ${text}`, 'ResilienceWarning')
}
