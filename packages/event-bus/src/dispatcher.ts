import { EmitCycleError } from './errors.ts'
import type { BusEvent } from './event.ts'
import type { EventBusOptions, Listener, ListenOptions } from './event-bus.ts'
import { ListenerTable, type Sink } from './listener-table.ts'

/** Brings events to listeners, one event after the other, and keeps what listeners throw away from publishers. */
export class Dispatcher {
  readonly table = new ListenerTable()
  readonly #onError: EventBusOptions['onError']
  readonly #maxChained: number
  #errors = 0
  #dispatching = false
  #chained: { event: BusEvent; sink: Sink | undefined }[] = []

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
    const remove = this.table.add(pattern, (event, sink) => {
      // eventemitter3 finishes the list it began: a listener that was removed meanwhile is stopped here.
      if (!active) return
      if (once) off()
      this.#call(listener, event, sink)
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
  dispatch(event: BusEvent, sink: Sink | undefined): void {
    if (this.#dispatching) {
      this.#chained.push({ event, sink })
      return
    }
    this.#dispatching = true
    try {
      this.table.dispatch(event, sink)
      if (this.#chained.length > 0) this.#dispatchChained()
    } finally {
      this.#dispatching = false
    }
  }

  /** The list is not emptied while it runs: its length is what the limit on chains counts. */
  #dispatchChained(): void {
    for (let index = 0; index < this.#chained.length; index++) {
      const next = this.#chained[index]
      if (next) this.table.dispatch(next.event, next.sink)
    }
    this.#chained = []
  }

  #call(listener: Listener<BusEvent>, event: BusEvent, sink: Sink | undefined): void {
    try {
      const returned = listener(event)
      if (!isThenable(returned)) return
      const settled = returned.then(undefined, (error: unknown) => this.#failed(error, event, sink))
      sink?.pending.push(settled)
    } catch (error) {
      this.#failed(error, event, sink)
    }
  }

  #failed(error: unknown, event: BusEvent, sink: Sink | undefined): void {
    this.#errors++
    if (sink) sink.errors.push(error)
    else if (this.#onError) this.#report(this.#onError, error, event)
    else if (this.#errors === 1) warn(error, event)
  }

  #report(onError: NonNullable<EventBusOptions['onError']>, error: unknown, event: BusEvent): void {
    try {
      onError(error, event)
    } catch (broken) {
      warn(broken, event)
    }
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Says it where the platform has a place for it (Node, Bun, Deno), without importing one. */
function warn(error: unknown, event: BusEvent): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  const text = error instanceof Error ? error.message : String(error)
  host.process?.emitWarning?.(
    `A listener of "${event.type}" failed: ${text}. Pass onError to see all.`,
    'EventBusWarning',
  )
}
