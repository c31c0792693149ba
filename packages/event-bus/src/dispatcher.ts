import { EmitCycleError } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { EventBusOptions, Listener, ListenOptions } from './event-bus.ts'
import { Onlookers } from './hooks.ts'
import { ListenerTable, type Outcome } from './listener-table.ts'
import { warn } from './warn.ts'

/** Brings events to listeners, one event after the other, and keeps what listeners throw away from publishers. */
export class Dispatcher {
  readonly table = new ListenerTable()
  readonly onlookers = new Onlookers((error, who) => this.#brokenHook(error, who))
  readonly #onError: EventBusOptions['onError']
  readonly #maxChained: number
  #errors = 0
  #warned = false
  #dispatching = false
  #chained: { event: BusEvent; outcome: Outcome | undefined }[] = []

  constructor(onError: EventBusOptions['onError'], maxChained: number) {
    this.#onError = onError
    this.#maxChained = maxChained
  }

  /** Failures of listeners so far. */
  get errors(): number {
    return this.#errors
  }

  /** @throws EmitCycleError when listeners keep emitting from within listeners */
  mustHaveRoom(type: string): void {
    if (this.#chained.length >= this.#maxChained) throw new EmitCycleError(type, this.#maxChained)
  }

  /** Adds a listener behind those that exist; see `EventBus.on`. */
  listen(pattern: string, listener: Listener<BusEvent>, { signal, once }: ListenOptions): () => void {
    if (signal?.aborted) return () => {}
    let active = true
    const remove = this.table.add(pattern, (event, outcome) => {
      // eventemitter3 finishes the list it began: a listener that was removed meanwhile is stopped here.
      if (!active) return
      if (once) off()
      this.#call(listener, event, outcome)
    })
    const off = (): void => {
      active = false
      signal?.removeEventListener('abort', off)
      remove()
    }
    signal?.addEventListener('abort', off, { once: true })
    return off
  }

  /** What a listener emits waits until all listeners have seen the current event: all see one order. */
  dispatch(event: BusEvent, outcome: Outcome | undefined): void {
    if (this.#dispatching) {
      this.#chained.push({ event, outcome })
      return
    }
    this.#dispatching = true
    try {
      this.#deliver(event, outcome)
      if (this.#chained.length > 0) this.#dispatchChained()
    } finally {
      this.#dispatching = false
    }
  }

  /** Tells `onError`, which may be absent or broken itself. */
  report(error: unknown, event: BusEvent): void {
    if (!this.#onError) {
      if (!this.#warned) warn(`A listener of "${event.type}"`, error)
      this.#warned = true
      return
    }
    try {
      this.#onError(error, event)
    } catch (broken) {
      warn(`onError, on "${event.type}",`, broken)
    }
  }

  /** The list is not emptied while it runs: its length is what the limit on chains counts. */
  #dispatchChained(): void {
    for (let index = 0; index < this.#chained.length; index++) {
      const next = this.#chained[index]
      if (next) this.#deliver(next.event, next.outcome)
    }
    this.#chained = []
  }

  #deliver(event: BusEvent, outcome: Outcome | undefined): void {
    if (this.onlookers.any) this.onlookers.emitted(event)
    this.table.dispatch(event, outcome)
  }

  #call(listener: Listener<BusEvent>, event: BusEvent, outcome: Outcome | undefined): void {
    try {
      const returned = listener(event)
      if (!isThenable(returned)) return
      const settled = returned.then(undefined, (error: unknown) => this.#failed(error, event, outcome))
      outcome?.pending.push(settled)
    } catch (error) {
      this.#failed(error, event, outcome)
    }
  }

  #failed(error: unknown, event: BusEvent, outcome: Outcome | undefined): void {
    this.#errors++
    outcome?.errors.push(error)
    if (this.onlookers.any) this.onlookers.failed(error, event)
    // Whoever published gets the errors; without `onError` a warning on top would only repeat them.
    if (this.#onError || !outcome) this.report(error, event)
  }

  #brokenHook(error: unknown, who: string): void {
    this.#errors++
    warn(who, error)
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
