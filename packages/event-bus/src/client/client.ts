import { BadOptionError, BusClosedError, RefusedError } from '../errors.ts'
import type { EventOf, EventType } from '../event.ts'
import type { GapEvent } from '../gap.ts'
import { isFinal } from '../wire/close-code.ts'
import type { Refusal, ServerMessage } from '../wire/message.ts'
import { type Backoff, waitOf } from './backoff.ts'
import { Readers } from './readers.ts'
import { type Fetch, sseTransport } from './sse-transport.ts'
import { JobReader, type SubscribeOptions, type Subscription } from './subscription.ts'
import type { Ending, Line, Transport } from './transport.ts'
import { type WebSocketConstructor, webSocketTransport } from './web-socket-transport.ts'

/** `idle`: nothing is subscribed. `waiting`: it comes back after a while. */
export type ClientState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed'

export interface EventClientOptions {
  /** Address of the WebSocket bridge, like `/ws/progress`; in a page it may be relative. Tried first. */
  readonly webSocket?: string | URL
  /** Address of the SSE bridge, like `/sse/progress`: the only way, or the way out where WebSockets do not get through. */
  readonly sse?: string | URL
  /** Proves who this is; a function is asked at each connection, so that a token may expire. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
  readonly backoff?: Backoff
  /** Is told of every change. */
  readonly onState?: (state: ClientState, transport: 'websocket' | 'sse') => void
  /** The platform's own, if it has one. */
  readonly WebSocket?: WebSocketConstructor
  readonly fetch?: Fetch
}

/** Follows jobs on a server over one connection. */
export interface EventClient<Events extends object> extends Disposable {
  readonly state: ClientState
  /** The transport in use, or the one that is tried next. */
  readonly transport: 'websocket' | 'sse'
  /**
   * Follows a job. The connection is opened with the first subscription and closed with the last. Iterating throws
   * RefusedError when the server says no for good; a lost connection is only a pause.
   */
  subscribe(
    job: string,
    options?: SubscribeOptions,
  ): Subscription<EventOf<Events, EventType<Events>> | GapEvent>
  /** Ends all subscriptions after what they hold, and the connection. A second call does nothing. */
  close(): void
}

/** Never opened so many times in a row: the other transport is tried. */
const TRIES_BEFORE_FALLBACK = 2
/** So many refusals in a row are believed; the first may be about a token that has just expired. */
const TRIES_BEFORE_REFUSED = 2
/** A connection that lasted so long was a good one: the waits begin anew. */
const STABLE_MS = 5_000
/** Beats that may fail to come before the connection counts as dead. */
const MISSED_BEATS = 2.5

/**
 * Makes a client of the bridges. It comes back by itself, resumes behind the last event that it has, and falls back
 * from WebSocket to SSE. It uses web standards alone: browsers, Node 22, Deno, Bun.
 * @throws BadOptionError without an address, or where the platform lacks what the address needs
 */
export function createEventClient<Events extends object>(options: EventClientOptions): EventClient<Events> {
  return new Client(options) as unknown as EventClient<Events>
}

class Client {
  readonly #options: EventClientOptions
  readonly #transports: readonly [Transport, ...Transport[]]
  readonly #readers = new Readers()
  #transport: Transport
  #state: ClientState = 'idle'
  #line: Line | undefined
  #bus: string | undefined
  /** When the last message came. */
  #heard = 0
  #beatMs = 15_000
  /** Connections in a row that were no good. */
  #failures = 0
  #neverOpened = 0
  #refusals = 0
  #watch: ReturnType<typeof setInterval> | undefined
  #wake = (): void => {}
  #running = false

  constructor(options: EventClientOptions) {
    this.#options = options
    this.#transports = transportsOf(options)
    this.#transport = this.#transports[0]
  }

  get state(): ClientState {
    return this.#state
  }

  get transport(): 'websocket' | 'sse' {
    return this.#transport.name
  }

  subscribe(job: string, options: SubscribeOptions = {}): JobReader {
    if (this.#state === 'closed') throw new BusClosedError(`subscribe to "${job}"`)
    const reader = new JobReader(job, options, (gone) => this.#forget(gone))
    if (!reader.open) return reader
    this.#readers.add(reader)
    if (this.#bus !== undefined) this.#line?.add(this.#readers.wantedOf(job))
    void this.#run()
    return reader
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#setState('closed')
    for (const reader of this.#readers.all()) reader.end()
    this.#wake()
    this.#line?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Connects again and again, as long as somebody reads. */
  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    while (this.#isWanted) {
      this.#setState('connecting')
      const began = performance.now()
      const ending = await this.#connect()
      if (!ending.anew) this.#judge(ending, performance.now() - began)
      this.#bus = undefined
      if (!this.#isWanted) break
      if (ending.anew) continue
      this.#setState('waiting')
      await this.#pause(waitOf(this.#failures - 1, this.#options.backoff ?? {}, Math.random()))
    }
    this.#running = false
    this.#setState('idle')
  }

  get #isWanted(): boolean {
    return this.#state !== 'closed' && !this.#readers.isEmpty
  }

  /** Resolves when the connection has ended. */
  async #connect(): Promise<Ending> {
    let token: string | undefined
    try {
      token = await tokenOf(this.#options)
    } catch {
      return { reason: undefined, refused: false }
    }
    if (!this.#isWanted) return { reason: undefined, refused: false }
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.#heard = performance.now()
    this.#line = this.#transport.open(this.#readers.wanted(), token, {
      onMessage: (message) => this.#onMessage(message),
      onEnd: resolve,
    })
    this.#watchLine()
    const ending = await promise
    clearInterval(this.#watch)
    this.#line = undefined
    return ending
  }

  /** A line on which nothing has come for too long is dead, whatever the platform believes. */
  #watchLine(): void {
    clearInterval(this.#watch)
    this.#watch = setInterval(() => {
      if (performance.now() - this.#heard > this.#beatMs * MISSED_BEATS) this.#line?.close()
    }, this.#beatMs)
  }

  /** What the end of a connection means for the next one. */
  #judge({ reason, refused }: Ending, livedMs: number): void {
    const opened = this.#bus !== undefined
    this.#failures = opened && livedMs >= STABLE_MS ? 1 : this.#failures + 1
    this.#neverOpened = opened ? 0 : this.#neverOpened + 1
    this.#refusals = refused && isNo(reason) ? this.#refusals + 1 : opened ? 0 : this.#refusals
    const isOver = this.#refusals >= TRIES_BEFORE_REFUSED || (reason !== undefined && isFinal(reason))
    if (isOver) {
      this.#refusals = 0
      for (const reader of this.#readers.all()) reader.fail(new RefusedError(`"${reader.job}"`, reason ?? 0))
    } else if (this.#neverOpened >= TRIES_BEFORE_FALLBACK) {
      this.#neverOpened = 0
      const index = this.#transports.indexOf(this.#transport) + 1
      this.#transport = this.#transports[index % this.#transports.length] ?? this.#transports[0]
    }
  }

  #onMessage(message: ServerMessage): void {
    this.#heard = performance.now()
    if (message.kind === 'hello') this.#onHello(message)
    const bus = this.#bus
    if (bus === undefined) return
    this.#readers.tell(bus, message)
    if (message.kind === 'refused') this.#onRefused(message.job, message.code)
  }

  #onHello({ bus, at, beatMs }: Extract<ServerMessage, { kind: 'hello' }>): void {
    this.#bus = bus
    this.#beatMs = beatMs
    this.#watchLine()
    for (const reader of this.#readers.all()) reader.onHello(bus, at)
    this.#setState('open')
    this.#line?.begin(this.#readers.wanted())
  }

  #onRefused(job: string, code: Refusal): void {
    // The server could not tell: that may be better next time.
    if (code === 'UNAVAILABLE') this.#line?.close()
    else for (const reader of this.#readers.of(job)) reader.fail(new RefusedError(`"${job}"`, code))
  }

  #forget(reader: JobReader): void {
    if (!this.#readers.remove(reader)) return
    this.#line?.unsubscribe(reader.job)
    if (!this.#readers.isEmpty) return
    this.#wake()
    this.#line?.close()
  }

  /** Waits, but not longer than until the network is back or nobody reads any more. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { addEventListener, removeEventListener } = globalThis as OnlineTarget
      const done = (): void => {
        clearTimeout(timer)
        removeEventListener?.('online', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#wake = done
      addEventListener?.('online', done)
    })
  }

  #setState(state: ClientState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    this.#options.onState?.(state, this.#transport.name)
  }
}

interface OnlineTarget {
  readonly addEventListener?: (type: string, listener: () => void) => void
  readonly removeEventListener?: (type: string, listener: () => void) => void
}

/** Answers that will be the same next time: the client's own fault. 401 and 403 may be about a token. */
const isNo = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500 && status !== 429

async function tokenOf({ token }: EventClientOptions): Promise<string | undefined> {
  return typeof token === 'function' ? await token() : token
}

function transportsOf(options: EventClientOptions): readonly [Transport, ...Transport[]] {
  const host = globalThis as { WebSocket?: unknown; fetch?: unknown; location?: { href: string } }
  const urlOf = (address: string | URL): URL => new URL(address, host.location?.href)
  const Socket = options.WebSocket ?? (host.WebSocket as WebSocketConstructor | undefined)
  const fetch = options.fetch ?? (host.fetch as Fetch | undefined)?.bind(globalThis)
  const [first, ...rest] = [
    ...(options.webSocket && Socket ? [webSocketTransport(urlOf(options.webSocket), Socket)] : []),
    ...(options.sse && fetch ? [sseTransport(urlOf(options.sse), fetch)] : []),
  ]
  if (first === undefined)
    throw new BadOptionError('webSocket', 'an address, or "sse" one', options.webSocket)
  return [first, ...rest]
}
