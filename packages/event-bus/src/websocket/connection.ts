import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Gatekeeper } from '../bridge/gatekeeper.ts'
import type { JobFeed, Subscriber } from '../bridge/job-feed.ts'
import type { Outlet } from '../bridge/lane.ts'
import type { Start } from '../bridge/start.ts'
import { CLOSE } from '../wire/close-code.ts'
import {
  type ClientMessage,
  isJob,
  MAX_JOB_LENGTH,
  type Refusal,
  readClientMessage,
} from '../wire/message.ts'

const OPEN = 1

/** What all connections of a bridge share. */
export interface ConnectionRules<Identity> {
  readonly feed: JobFeed
  readonly gatekeeper: Gatekeeper<Identity>
  readonly maxSubscriptions: number
  readonly maxMessagesPerSecond: number
  /** Joins writes of one turn of the event loop into one system call. */
  readonly cork: (socket: Socket) => void
  readonly onClose: (connection: Connection<Identity>) => void
}

/** One client: reads what it asks for and is the way on which its events leave. */
export class Connection<Identity> implements Outlet {
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #identity: Identity
  readonly #rules: ConnectionRules<Identity>
  readonly #subscriber: Subscriber
  /** Newest request for each job that is being authorized: an answer to an older one no longer counts. */
  #asked: Map<string, object> | undefined
  /** Has the client given a sign of life since the last ping? */
  #alive = true
  /** Since when nothing is subscribed, in milliseconds of the monotonic clock. */
  #idleSince: number
  #second = 0
  #messages = 0

  constructor(webSocket: WebSocket, socket: Socket, identity: Identity, rules: ConnectionRules<Identity>) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#identity = identity
    this.#rules = rules
    this.#idleSince = performance.now()
    this.#subscriber = rules.feed.open(this)
    webSocket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary))
    webSocket.on('pong', () => this.#onSign())
    webSocket.on('ping', () => this.#onSign())
    webSocket.on('close', () => this.#onClose())
    // A broken frame: ws closes the connection with the right code by itself.
    webSocket.on('error', () => {})
    socket.on('drain', () => this.#onDrain())
  }

  get buffered(): number {
    return this.#socket.writableLength
  }

  /** The frames are whole, so that writing past `ws` cannot tear one of its own. */
  write(frame: Uint8Array): boolean {
    if (this.#webSocket.readyState !== OPEN) return true
    this.#rules.cork(this.#socket)
    return this.#socket.write(frame)
  }

  close(code: number, reason: string): void {
    this.#rules.feed.close(this.#subscriber)
    this.#webSocket.close(code, reason)
  }

  /** Ends it without a word. */
  terminate(): void {
    this.#webSocket.terminate()
  }

  /** Begins a subscription that was allowed. */
  subscribe(job: string, start: Start): void {
    this.#rules.feed.subscribe(this.#subscriber, [job], start)
  }

  /** A sign of life is due: from the client since the last one, and to it now. */
  beat(bytes: Uint8Array, now: number, idleTimeoutMs: number): void {
    if (!this.#alive) this.terminate()
    else if (this.#isIdle(now, idleTimeoutMs)) this.close(CLOSE.idle, 'nothing subscribed')
    if (this.#webSocket.readyState !== OPEN) return
    this.#alive = false
    this.#webSocket.ping()
    if (this.#rules.feed.isUpToDate(this.#subscriber)) this.#subscriber.lane.send(bytes)
  }

  #isIdle(now: number, idleTimeoutMs: number): boolean {
    const subscribed = this.#subscriber.jobs.size > 0 || (this.#asked?.size ?? 0) > 0
    if (subscribed) this.#idleSince = now
    return now - this.#idleSince >= idleTimeoutMs
  }

  #onDrain(): void {
    this.#alive = true
    this.#subscriber.lane.drained()
  }

  #onSign(): void {
    this.#alive = true
    this.#count()
  }

  #onClose(): void {
    this.#asked = undefined
    this.#rules.feed.close(this.#subscriber)
    this.#rules.onClose(this)
  }

  /** @returns whether the client stays below its messages a second; pings and pongs are messages too */
  #count(): boolean {
    if (this.#webSocket.readyState !== OPEN) return false
    const second = Math.floor(performance.now() / 1000)
    this.#messages = second === this.#second ? this.#messages + 1 : 1
    this.#second = second
    if (this.#messages <= this.#rules.maxMessagesPerSecond) return true
    this.close(CLOSE.flood, 'too many messages')
    return false
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    this.#alive = true
    if (!this.#count()) return
    const message = isBinary ? undefined : readClientMessage(data.toString())
    if (message?.kind === 'unsubscribe') this.#unsubscribe(message.job)
    else if (message) void this.#ask(message.job, startOf(message))
    else if (isBinary) this.close(CLOSE.binary, 'text messages only')
    else this.close(CLOSE.badMessage, 'not a message of this protocol')
  }

  #unsubscribe(job: string): void {
    this.#asked?.delete(job)
    this.#rules.feed.unsubscribe(this.#subscriber, job)
    this.#idleSince = performance.now()
    this.#rules.feed.say(this.#subscriber, { kind: 'unsubscribed', job })
  }

  async #ask(job: string, start: Start): Promise<void> {
    if (!isJob(job)) return this.#refuse(job, 'BAD_JOB')
    const { jobs } = this.#subscriber
    this.#asked ??= new Map()
    const isNew = !jobs.has(job) && !this.#asked.has(job)
    if (isNew && jobs.size + this.#asked.size >= this.#rules.maxSubscriptions) {
      return this.#refuse(job, 'TOO_MANY_SUBSCRIPTIONS')
    }
    const request = {}
    this.#asked.set(job, request)
    const refusal = await this.#rules.gatekeeper.refusal(this.#identity, job)
    if (this.#asked?.get(job) !== request) return
    this.#asked.delete(job)
    if (this.#webSocket.readyState !== OPEN) return
    if (refusal) this.#refuse(job, refusal)
    else this.subscribe(job, start)
  }

  #refuse(job: string, code: Refusal): void {
    this.#rules.feed.refuse(this.#subscriber, job.slice(0, MAX_JOB_LENGTH), code)
  }
}

const startOf = ({ after, bus }: Extract<ClientMessage, { kind: 'subscribe' }>): Start =>
  typeof after === 'number' ? { bus: bus ?? '', seq: after } : (after ?? 'kept')
