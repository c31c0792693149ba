/** Listeners that are told and cannot interfere: what one throws becomes a process warning where there is one. */
export class Observers<T> {
  #listeners: readonly ((value: T) => void)[] = []

  get any(): boolean {
    return this.#listeners.length > 0
  }

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
        warn(`A listener to a breaker failed: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
}

/** A process warning, where there are such. */
export function warn(text: string): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  host.process?.emitWarning?.(text, 'ResilienceWarning')
}
