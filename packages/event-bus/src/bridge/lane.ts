import type { Gap } from '../gap.ts'
import { CLOSE } from '../wire/close-code.ts'
import { HeldQueue, type Outgoing } from './held-queue.ts'

/** The transport under a lane: a WebSocket, or the body of an SSE response. */
export interface Outlet {
  /** Hands bytes over. `false`: they were taken, but wait for `drained` before the next. */
  write(bytes: Uint8Array): boolean
  /** Bytes that were taken and have not left the process. */
  readonly buffered: number
  /** Ends the connection. */
  close(code: number, reason: string): void
}

/** What a lane needs to know of its bridge; one object for all lanes. */
export interface LaneRules {
  readonly maxBufferedBytes: number
  readonly encodeGap: (job: string, gap: Gap) => Uint8Array
  /** The lane has room again. */
  readonly onFree: (lane: Lane) => void
}

/** The way to one client: writes while the client takes it, holds back while it does not, ends it when it is too much. */
export class Lane {
  readonly #outlet: Outlet
  readonly #rules: LaneRules
  #congested = false
  #closed = false
  /** Only while something is held: most clients are never behind. */
  #held: HeldQueue | undefined
  #leftOut = 0

  constructor(outlet: Outlet, rules: LaneRules) {
    this.#outlet = outlet
    this.#rules = rules
  }

  /** Does the client take what is written, right now? */
  get isFree(): boolean {
    return !this.#congested && !this.#closed
  }

  /** Progress events that were left out because the client was behind. */
  get leftOut(): number {
    return this.#leftOut + (this.#held?.leftOut ?? 0)
  }

  /** Sends what belongs to no job, or must not be left out. */
  send(bytes: Uint8Array): void {
    if (this.#closed) return
    if (this.isFree) this.#write(bytes)
    else this.#hold((held) => held.addBytes(bytes))
  }

  /** Sends bytes to a client that takes them; what it is and what may replace it matters only for one that does not. */
  sendEvent(bytes: Uint8Array, outgoing: () => Outgoing): void {
    if (this.#closed) return
    if (!this.#congested) this.#write(bytes)
    else this.#hold((held) => held.addEvent(outgoing()))
  }

  /** The transport has room again. */
  drained(): void {
    this.#congested = false
    while (this.isFree && this.#held) this.#writeHeld(this.#held)
    if (this.isFree) this.#rules.onFree(this)
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true
    this.#letGo()
  }

  #write(bytes: Uint8Array): void {
    if (!this.#outlet.write(bytes)) this.#congested = true
  }

  #writeHeld(held: HeldQueue): void {
    const next = held.take()
    if (next === undefined) this.#letGo()
    else this.#write('bytes' in next ? next.bytes : this.#rules.encodeGap(next.job, next.gap))
  }

  #hold(add: (held: HeldQueue) => void): void {
    this.#held ??= new HeldQueue()
    add(this.#held)
    if (this.#outlet.buffered + this.#held.bytes <= this.#rules.maxBufferedBytes) return
    this.close()
    this.#outlet.close(CLOSE.tooSlow, 'too slow')
  }

  #letGo(): void {
    this.#leftOut += this.#held?.leftOut ?? 0
    this.#held = undefined
  }
}
