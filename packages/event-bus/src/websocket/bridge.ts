import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ServerOptions, WebSocketServer } from 'ws'
import { CLOSING, Gatekeeper, NOT_FOUND, type Rejection } from '../bridge/gatekeeper.ts'
import { JobFeed } from '../bridge/job-feed.ts'
import { type BridgeOptions, count, jobIn, settingsOf } from '../bridge/options.ts'
import { startIn } from '../bridge/start.ts'
import { tokenOf, type Visitor } from '../bridge/visitor.ts'
import type { EventBus } from '../event-bus.ts'
import { CLOSE } from '../wire/close-code.ts'
import { SUBPROTOCOL } from '../wire/message.ts'
import { Connection, type ConnectionRules } from './connection.ts'
import { Corks } from './corks.ts'
import { textFrame } from './frame.ts'
import { reject } from './rejection.ts'

export interface WebSocketBridgeOptions<Identity> extends BridgeOptions<Identity> {
  /** Bytes of one message of a client. Over it: 1009. Default 4096: clients only say what they subscribe to. */
  readonly maxPayload?: number
  /** Messages of one client in a second. Over it: 4429. Default 100. */
  readonly maxMessagesPerSecond?: number
  /** A connection without a subscription for so long is closed with 4408. Default 60 s. */
  readonly idleTimeoutMs?: number
  /** A client that was told to go has so long to say goodbye. Default 5 s. */
  readonly closeTimeoutMs?: number
}

export interface WebSocketBridgeStats {
  /** Open connections, and requests that are being authorized. */
  readonly connections: number
  readonly subscriptions: number
  /** Requests that were turned away before the upgrade. */
  readonly refused: number
}

/** Lets browsers and other clients see the events of their jobs over WebSockets. */
export interface WebSocketBridge extends AsyncDisposable {
  /**
   * Takes the upgrade requests below its path from an existing server, and leaves the others to whoever else listens;
   * if nobody does, they get 404. @returns takes it off again; a second call does nothing
   */
  attach(server: Server): () => void
  /** Answers one upgrade request, for servers that route by themselves. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  stats(): WebSocketBridgeStats
  /**
   * Refuses new connections, says 1001 to those that are open, and resolves when they are gone, after `closeTimeoutMs`
   * at the latest. The server and the bus stay as they are. A second call waits for the same.
   */
  close(): Promise<void>
}

/**
 * Makes a bridge from a bus to WebSockets at `/ws/progress/:jobId`, or at `/ws/progress` with jobs by message.
 * @throws BadOptionError
 */
export function createWebSocketBridge<Events extends object, Identity>(
  bus: EventBus<Events>,
  options: WebSocketBridgeOptions<Identity>,
): WebSocketBridge {
  return new Bridge(bus as unknown as EventBus<Record<string, unknown>>, options)
}

class Bridge<Identity> implements WebSocketBridge {
  readonly #path: string
  readonly #idleTimeoutMs: number
  readonly #closeTimeoutMs: number
  readonly #feed: JobFeed
  readonly #gatekeeper: Gatekeeper<Identity>
  readonly #rules: ConnectionRules<Identity>
  readonly #upgrader: WebSocketServer
  readonly #connections = new Set<Connection<Identity>>()
  readonly #heart: ReturnType<typeof setInterval>
  readonly #detachers = new Set<() => void>()
  #closing: Promise<void> | undefined
  #onEmpty = (): void => {}

  constructor(bus: EventBus<Record<string, unknown>>, options: WebSocketBridgeOptions<Identity>) {
    const settings = settingsOf(options, '/ws/progress')
    this.#path = settings.path
    this.#idleTimeoutMs = count('idleTimeoutMs', options.idleTimeoutMs ?? 60_000)
    this.#closeTimeoutMs = count('closeTimeoutMs', options.closeTimeoutMs ?? 5_000)
    const maxPayload = count('maxPayload', options.maxPayload ?? 4096)
    const maxMessagesPerSecond = count('maxMessagesPerSecond', options.maxMessagesPerSecond ?? 100)
    this.#feed = new JobFeed(bus, settings, textFrame)
    this.#gatekeeper = new Gatekeeper(settings)
    const corks = new Corks()
    this.#rules = {
      feed: this.#feed,
      gatekeeper: this.#gatekeeper,
      maxSubscriptions: settings.maxSubscriptions,
      maxMessagesPerSecond,
      cork: (socket) => corks.add(socket),
      onClose: (connection) => this.#onClose(connection),
    }
    const upgrader: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload,
      closeTimeout: this.#closeTimeoutMs,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    }
    this.#upgrader = new WebSocketServer(upgrader)
    this.#heart = setInterval(() => this.#beat(), settings.heartbeatMs)
    this.#heart.unref()
  }

  attach(server: Server): () => void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (jobIn(urlOf(request).pathname, this.#path)) this.handleUpgrade(request, socket, head)
      else if (server.listenerCount('upgrade') === 1) reject(socket, NOT_FOUND)
    }
    server.on('upgrade', onUpgrade)
    const detach = (): void => {
      server.off('upgrade', onUpgrade)
      this.#detachers.delete(detach)
    }
    this.#detachers.add(detach)
    return detach
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Whoever leaves at the door must not end the process.
    socket.on('error', ignore)
    const url = urlOf(request)
    const place = jobIn(url.pathname, this.#path)
    if (!place || this.#closing) reject(socket, place ? CLOSING : NOT_FOUND)
    else void this.#admit(request, socket as Socket, head, url, place.job)
  }

  stats(): WebSocketBridgeStats {
    const { inside: connections, refused } = this.#gatekeeper
    return { connections, subscriptions: this.#feed.subscriptions, refused }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #admit(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    url: URL,
    job: string | undefined,
  ): Promise<void> {
    const answer = await this.#gatekeeper.admit(visitorOf(request, url), job === undefined ? [] : [job])
    if ('rejection' in answer) return reject(socket, answer.rejection)
    if (this.#closing) return this.#turnAway(socket, CLOSING)
    // Until the upgrade is through, the place is given back by the socket, then by the connection.
    const leave = (): void => this.#gatekeeper.leave()
    if (socket.destroyed) return leave()
    socket.once('close', leave)
    this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('close', leave)
      socket.off('error', ignore)
      const connection = new Connection(webSocket, socket, answer.identity, this.#rules)
      this.#connections.add(connection)
      if (job !== undefined) connection.subscribe(job, startIn(url.searchParams))
    })
  }

  #turnAway(socket: Duplex, rejection: Rejection): void {
    this.#gatekeeper.leave()
    reject(socket, rejection)
  }

  #onClose(connection: Connection<Identity>): void {
    if (!this.#connections.delete(connection)) return
    this.#gatekeeper.leave()
    if (this.#connections.size === 0) this.#onEmpty()
  }

  #beat(): void {
    const bytes = this.#feed.beat()
    const now = performance.now()
    for (const connection of this.#connections) connection.beat(bytes, now, this.#idleTimeoutMs)
  }

  async #close(): Promise<void> {
    for (const detach of this.#detachers) detach()
    clearInterval(this.#heart)
    this.#feed.stop()
    if (this.#connections.size === 0) return
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve
    })
    for (const connection of this.#connections) connection.close(CLOSE.goingAway, 'the server stops')
    const patience = setTimeout(() => {
      for (const connection of this.#connections) connection.terminate()
    }, this.#closeTimeoutMs)
    await empty
    clearTimeout(patience)
  }
}

const ignore = (): void => {}

/** The address as the client wrote it; the host does not matter here and may be anything. */
const urlOf = ({ url = '/' }: IncomingMessage): URL => {
  const address = url.startsWith('/') ? `http://host${url}` : url
  return URL.canParse(address) ? new URL(address) : new URL('http://host/')
}

function visitorOf(request: IncomingMessage, url: URL): Visitor {
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const address = request.socket.remoteAddress
  return { transport: 'websocket', url, token: tokenOf(header), address, header }
}
