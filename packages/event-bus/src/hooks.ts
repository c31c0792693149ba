import type { BusEvent } from './event.ts'
import type { Draft } from './pipe.ts'

/**
 * What an onlooker may watch. Hooks change nothing and hold nothing back; what one throws goes where errors of
 * listeners go.
 */
export interface Hooks {
  /** An event got its number; no listener has seen it yet. */
  readonly emitted?: (event: BusEvent) => void
  /** A pipe dropped it; it never gets a number. */
  readonly dropped?: (draft: Draft) => void
  /** A listener threw or rejected, on `emit` or `publish` alike. */
  readonly failed?: (error: unknown, event: BusEvent) => void
}

/** The hooks of one bus, asked in the order in which they were added. */
export class Onlookers {
  #all: readonly Hooks[] = []
  readonly #onBroken: (error: unknown, what: string) => void

  /** @param onBroken gets what a hook threw */
  constructor(onBroken: (error: unknown, what: string) => void) {
    this.#onBroken = onBroken
  }

  /** Is anybody watching? Asked on the hot path, so that nobody costs nothing. */
  get any(): boolean {
    return this.#all.length > 0
  }

  add(hooks: Hooks): () => void {
    const own = { ...hooks }
    this.#all = [...this.#all, own]
    return () => {
      this.#all = this.#all.filter((other) => other !== own)
    }
  }

  clear(): void {
    this.#all = []
  }

  emitted(event: BusEvent): void {
    for (const hooks of this.#all) this.#guard(event.type, () => hooks.emitted?.(event))
  }

  dropped(draft: Draft): void {
    for (const hooks of this.#all) this.#guard(draft.type, () => hooks.dropped?.(draft))
  }

  failed(error: unknown, event: BusEvent): void {
    for (const hooks of this.#all) this.#guard(event.type, () => hooks.failed?.(error, event))
  }

  #guard(type: string, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#onBroken(error, `A hook on "${type}"`)
    }
  }
}
