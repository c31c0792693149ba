import type { Cluster, Redis } from 'ioredis'
import type { Listener, Unwatch } from '../broker/broker.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { Link } from './link.ts'
import { Patience, SILENT } from './patience.ts'
import { brokerError } from './reply-errors.ts'
import type { Script } from './scripts.ts'

/** A client of ioredis: one server, a cluster, or what Sentinel names. */
export type RedisClient = Redis | Cluster

const MEBI = 1024 * 1024
/** ioredis waits for the end of a connection this long, also when it is over already: its 2 s keep the process. */
export const DISCONNECT_MS = 100
const NO_SUCH_DATABASE = /^ERR (DB index is out of range|invalid DB index)/
/** A script takes less; a disk that is slow, or a rewrite of the log, may take seconds. */
const ANSWER_MS = 5000
const LIMITS = { count: 128, chars: 8 * MEBI, turns: 2 }

/** A Redis over TCP: one connection for commands, one for channels, opened when first needed. */
export class IoredisLink implements Link {
  readonly kind = 'redis'
  readonly limits = LIMITS
  readonly cheapChannels = true
  readonly knowsListeners: boolean
  readonly #client: RedisClient
  readonly #own: boolean
  readonly #patience = new Patience(ANSWER_MS, () => this.#reconnect())
  readonly #heard = new Map<string, Set<Listener>>()
  #subscriber: RedisClient | undefined
  /** Why there is no connection, in the words of the last attempt. */
  #away = 'there is no connection'
  #detail = ''
  /** Why nothing can ever be done here. */
  #refused: Error | undefined
  #looked = false
  #closed = false

  /** @param own whether to close the client with the bus */
  constructor(client: RedisClient, own: boolean) {
    this.#client = client
    this.#own = own
    this.knowsListeners = !('nodes' in client)
    // Without a listener, ioredis writes to the console what every call is told anyway.
    if (own)
      client.on('error', (error: Error) => {
        this.#away = error.message || this.#away
        if (NO_SUCH_DATABASE.test(error.message)) this.#refuse(error)
      })
  }

  get detail(): string {
    return this.#detail
  }

  async ping(): Promise<void> {
    await Promise.all([this.command('PING', []), this.#lookAtMemory()])
  }

  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    if (!this.#looked) void this.#lookAtMemory()
    const rest = [keys.length, ...keys, ...args] as const
    try {
      return await this.#asked(this.#client.call('EVALSHA', script.flaggedSha, ...rest))
    } catch (error) {
      if (!String((error as Error).message).startsWith('NOSCRIPT')) throw this.#errorOf(error)
    }
    try {
      return await this.#asked(this.#client.call('EVAL', `${script.flags}\n${script.text}`, ...rest))
    } catch (error) {
      throw this.#errorOf(error)
    }
  }

  async command(name: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#asked(this.#client.call(name, ...args))
    } catch (error) {
      throw this.#errorOf(error)
    }
  }

  async subscribe(channel: string, heard: Listener): Promise<Unwatch> {
    const known = this.#heard.get(channel)
    const listeners = known ?? new Set()
    this.#heard.set(channel, listeners.add(heard))
    try {
      // Asked again even when it is known: the answer says that nothing can be missed any more.
      await this.#asked(this.#listening().subscribe(channel))
    } catch (error) {
      listeners.delete(heard)
      if (listeners.size === 0 && this.#heard.get(channel) === listeners) this.#heard.delete(channel)
      throw this.#errorOf(error)
    }
    return async () => {
      listeners.delete(heard)
      if (listeners.size > 0 || this.#heard.get(channel) !== listeners) return
      this.#heard.delete(channel)
      const subscriber = this.#closed ? undefined : this.#subscriber
      if (subscriber) await this.#asked(subscriber.unsubscribe(channel)).catch(() => {})
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#patience.end()
    if (this.#subscriber) hangUp(this.#subscriber)
    if (this.#own) hangUp(this.#client)
  }

  #listening(): RedisClient {
    if (this.#subscriber) return this.#subscriber
    const subscriber = duplicate(this.#client)
    this.#subscriber = subscriber
    subscriber.on('error', () => {})
    subscriber.on('message', (channel: string, text: string) => {
      for (const heard of [...(this.#heard.get(channel) ?? [])]) heard(text)
    })
    let before = false
    subscriber.on('ready', () => {
      if (before) void this.#caughtUp()
      before = true
    })
    return subscriber
  }

  /** After a reconnection something may have been missed: said once the channels are heard again. */
  async #caughtUp(): Promise<void> {
    try {
      const channels = [...this.#heard.keys()]
      if (channels.length > 0) await this.#subscriber?.subscribe(...channels)
      for (const listeners of [...this.#heard.values()]) for (const heard of [...listeners]) heard(undefined)
    } catch {
      // It was lost again; the next connection comes here too.
    }
  }

  /** How long a client of the caller's waits is its own setting. */
  #asked<T>(answer: Promise<T>): Promise<T> {
    return this.#own ? this.#patience.of(answer) : answer
  }

  /** The connection may be dead without a word: another one may get through. */
  #reconnect(): void {
    this.#away = SILENT.message
    for (const client of [this.#client, this.#subscriber]) client?.disconnect(true)
  }

  /** ioredis would go on with database 0, which may be another tenant's. */
  #refuse(error: Error): void {
    this.#refused = error
    this.#client.disconnect()
  }

  /** Whether this Redis may throw messages away is seen at first and at each ping, and said. */
  async #lookAtMemory(): Promise<void> {
    this.#looked = true
    try {
      const info = String(await this.#client.call('INFO', 'memory'))
      const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction'
      const before = this.#detail
      this.#detail = policy === 'noeviction' ? '' : mayEvict(policy)
      if (this.#detail !== '' && this.#detail !== before) warn(this.#detail)
    } catch {
      this.#looked = false
    }
  }

  #errorOf(error: unknown): Error {
    if (this.#closed) return new MessageBusClosedError()
    return brokerError(nameOf(this.#client), this.#refused ?? this.#reasonOf(error))
  }

  #reasonOf(error: unknown): unknown {
    if (!(error instanceof Error)) return error
    return error.name === 'MaxRetriesPerRequestError' ? new Error(this.#away) : error
  }
}

/** Which server it is, for messages. */
function nameOf(client: RedisClient): string {
  if ('nodes' in client) return 'The Redis Cluster'
  const { host, port, path, sentinels } = client.options
  return sentinels ? 'Redis behind Sentinel' : `Redis at ${path ?? `${host}:${port}`}`
}

/** A second connection like the first. A cluster's listens on one of its nodes, which hears what all are told. */
function duplicate(client: RedisClient): RedisClient {
  const options = { disconnectTimeout: DISCONNECT_MS }
  return 'nodes' in client
    ? client.duplicate([], { redisOptions: options })
    : client.duplicate({ ...options, lazyConnect: false })
}

/** Between two attempts to connect ioredis keeps its calls when told to disconnect: a third attempt lets go of them. */
function hangUp(client: RedisClient): void {
  if (client.status === 'reconnecting') client.connect().catch(() => {})
  client.disconnect()
}

const mayEvict = (policy: string): string =>
  `Redis evicts keys when memory is short (maxmemory-policy ${policy}): messages can be lost. Set it to noeviction.`

/** Says it where the platform has a place for it (Node, Bun, Deno), without importing one. */
function warn(text: string): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  host.process?.emitWarning?.(text, 'MessageBusWarning')
}
