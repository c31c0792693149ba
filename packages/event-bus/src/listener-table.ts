import { EventEmitter } from 'eventemitter3'
import type { BusEvent } from './event.ts'
import { compilePattern, isPattern } from './pattern.ts'

/** Where a `publish` gathers what its listeners returned and threw. An `emit` has none. */
export interface Outcome {
  readonly pending: PromiseLike<unknown>[]
  readonly errors: unknown[]
}

/** A listener with its guard around it: it never throws. */
export type Invoke = (event: BusEvent, outcome: Outcome | undefined) => void

interface Wild {
  readonly pattern: string
  readonly test: (type: string) => boolean
  readonly invoke: Invoke
}

/** Names bound for patterns only are forgotten past this many, so that made-up names cannot fill the memory. */
const MAX_BOUND = 4096

/**
 * Who listens to what. A pattern is bound to each event name when the name is first seen, so that an emit is one
 * look-up in eventemitter3 however many patterns exist, and all listeners of a name, exact or not, run in the
 * order in which they were added.
 */
export class ListenerTable {
  #emitter = new EventEmitter<string>()
  #wild: Wild[] = []
  /** Names seen, with the number of exact listeners of each. */
  #bound = new Map<string, number>()
  #size = 0

  /** Number of listeners. */
  get size(): number {
    return this.#size
  }

  /** Adds a guarded listener. Returns what removes it, once. @throws BadPatternError */
  add(pattern: string, invoke: Invoke): () => void {
    const test = compilePattern(pattern)
    this.#size++
    return isPattern(pattern) ? this.#addWild({ pattern, test, invoke }) : this.#addExact(pattern, invoke)
  }

  /** Calls the listeners of the event's type. */
  dispatch(event: BusEvent, outcome: Outcome | undefined): void {
    if (this.#wild.length > 0 && !this.#bound.has(event.type)) this.#bind(event.type)
    this.#emitter.emit(event.type, event, outcome)
  }

  /** Listeners that get an event of this type; for a pattern, those added under exactly this pattern. */
  count(pattern: string): number {
    if (isPattern(pattern)) return this.#wild.filter((wild) => wild.pattern === pattern).length
    return (this.#bound.get(pattern) ?? 0) + this.#wild.filter((wild) => wild.test(pattern)).length
  }

  /** Forgets everybody. */
  clear(): void {
    this.#emitter.removeAllListeners()
    this.#wild = []
    this.#bound.clear()
    this.#size = 0
  }

  #addExact(type: string, invoke: Invoke): () => void {
    this.#bind(type)
    this.#bound.set(type, (this.#bound.get(type) ?? 0) + 1)
    this.#emitter.on(type, invoke)
    return this.#once(() => {
      this.#emitter.off(type, invoke)
      const left = (this.#bound.get(type) ?? 1) - 1
      if (left === 0 && this.#wild.length === 0) this.#bound.delete(type)
      else this.#bound.set(type, left)
    })
  }

  #addWild(wild: Wild): () => void {
    this.#wild.push(wild)
    for (const type of this.#bound.keys()) if (wild.test(type)) this.#emitter.on(type, wild.invoke)
    return this.#once(() => {
      this.#wild = this.#wild.filter((other) => other !== wild)
      for (const type of this.#bound.keys()) if (wild.test(type)) this.#emitter.off(type, wild.invoke)
      if (this.#wild.length === 0) this.#forgetUnused()
    })
  }

  #bind(type: string): void {
    if (this.#bound.has(type)) return
    if (this.#bound.size >= MAX_BOUND) this.#forgetUnused()
    this.#bound.set(type, 0)
    for (const wild of this.#wild) if (wild.test(type)) this.#emitter.on(type, wild.invoke)
  }

  /** Names without an exact listener lose nothing: their patterns are bound again when they are next seen. */
  #forgetUnused(): void {
    for (const [type, exact] of this.#bound) {
      if (exact > 0) continue
      this.#bound.delete(type)
      this.#emitter.removeAllListeners(type)
    }
  }

  #once(remove: () => void): () => void {
    let removed = false
    return () => {
      if (removed) return
      removed = true
      this.#size--
      remove()
    }
  }
}
