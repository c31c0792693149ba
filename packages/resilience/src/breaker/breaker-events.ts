import type { BreakerStoreError } from '../errors.ts'
import type { BreakerState } from './breaker-state.ts'
import { Observers } from './observers.ts'

/** Something about a breaker. */
export interface BreakerEvent {
  readonly key: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** A breaker went from one state to another. */
export interface BreakerChange extends BreakerEvent {
  readonly from: BreakerState
  readonly to: BreakerState
}

/** What a breaker tells: opossum's names, and `storeError`. */
export interface BreakerEvents {
  /** A call was let through. */
  readonly fire: BreakerEvent
  /** A call ended well, or with an error that does not count as a failure. */
  readonly success: BreakerEvent
  readonly failure: BreakerEvent & { readonly error: unknown }
  /** A failure that is a TimeoutError; told before `failure`. */
  readonly timeout: BreakerEvent & { readonly error: unknown }
  /** A call was refused. */
  readonly reject: BreakerEvent & { readonly retryAfterMs: number }
  readonly open: BreakerChange
  readonly halfOpen: BreakerChange
  readonly close: BreakerChange
  /** The breaker was disposed of. */
  readonly shutdown: BreakerEvent
  /** The store could not be reached: the breaker goes on alone. Without a listener the first one is a warning. */
  readonly storeError: BreakerEvent & { readonly error: BreakerStoreError }
}

/** What somebody can listen to. */
export interface BreakerEventSource {
  /**
   * Calls the listener after each such event. What it throws becomes a process warning and disturbs nobody.
   * @returns removes the listener; a second call does nothing
   */
  on<Name extends keyof BreakerEvents>(name: Name, listener: (event: BreakerEvents[Name]) => void): () => void
  /** Calls the listener after each change of state: `open`, `halfOpen` and `close` in one. @returns removes it */
  onChange(listener: (change: BreakerChange) => void): () => void
}

type ObserversByName = { [Name in keyof BreakerEvents]?: Observers<BreakerEvents[Name]> }

/** The listeners of a breaker, or of all breakers of a registry. */
export class EventTable implements BreakerEventSource {
  readonly #observers: ObserversByName = {}
  readonly #parent: EventTable | undefined

  /** @param parent hears everything too */
  constructor(parent?: EventTable) {
    this.#parent = parent
  }

  on<Name extends keyof BreakerEvents>(
    name: Name,
    listener: (event: BreakerEvents[Name]) => void,
  ): () => void {
    const known: Observers<BreakerEvents[Name]> | undefined = this.#observers[name]
    const observers = known ?? new Observers<BreakerEvents[Name]>()
    this.#observers[name] = observers as ObserversByName[Name]
    return observers.add(listener)
  }

  onChange(listener: (change: BreakerChange) => void): () => void {
    const offs = (['open', 'halfOpen', 'close'] as const).map((name) => this.on(name, listener))
    return () => {
      for (const off of offs) off()
    }
  }

  /** Does anybody listen? Asked first where events are many, so that one that nobody hears is not even made. */
  hears(name: keyof BreakerEvents): boolean {
    return this.#observers[name]?.any === true || this.#parent?.hears(name) === true
  }

  tell<Name extends keyof BreakerEvents>(name: Name, event: BreakerEvents[Name]): void {
    this.#observers[name]?.tell(event)
    this.#parent?.tell(name, event)
  }
}
