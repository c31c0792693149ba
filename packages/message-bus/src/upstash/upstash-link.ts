import type { Redis } from '@upstash/redis'
import type { Listener, Unwatch } from '../broker/broker.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { Link } from '../redis/link.ts'
import { Patience, SILENT } from '../redis/patience.ts'
import { brokerError } from '../redis/reply-errors.ts'
import type { Script } from '../redis/scripts.ts'
import { EventStream, type StreamAddress } from './event-stream.ts'

// Upstash's smallest request limit is 1 MiB, and a character may take three bytes. Requests may overtake one another:
// one turn of a queue at a time.
const LIMITS = { count: 200, chars: 256 * 1024, turns: 1 }

/** A call with more characters travels by itself: pipelined with others it might pass the limit. */
const MOST_PIPELINED = 32 * 1024

/** How often a call whose answer did not come is asked again. The scripts know a call that they have done already. */
const ATTEMPTS = 4
const FIRST_RETRY_MS = 100
/** Without an answer for this long a call is told so. */
const ANSWER_MS = 10_000

interface Channel {
  readonly stream: EventStream
  readonly listeners: Set<Listener>
}

/** A Redis over HTTPS: each call is a request, each channel a stream of server-sent events. */
export class UpstashLink implements Link {
  readonly kind = 'upstash'
  readonly limits = LIMITS
  readonly cheapChannels = false
  readonly knowsListeners = true
  readonly detail = ''
  readonly #client: Redis
  readonly #alone: Redis
  readonly #address: StreamAddress
  readonly #patience = new Patience(ANSWER_MS, () => {})
  readonly #channels = new Map<string, Channel>()
  #closed = false

  /** @param client pipelines what is called in one turn of the event loop; @param alone sends each call by itself */
  constructor(client: Redis, alone: Redis, address: StreamAddress) {
    this.#client = client
    this.#alone = alone
    this.#address = address
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#persistently(async () => {
      const texts = args.map(String)
      const size = texts.reduce((sum, text) => sum + text.length, 0)
      const client = size > MOST_PIPELINED ? this.#alone : this.#client
      try {
        return await client.evalsha(script.sha, [...keys], texts)
      } catch (error) {
        if (!String((error as Error).message).includes('NOSCRIPT')) throw error
        return this.#alone.eval(script.text, [...keys], texts)
      }
    })
  }

  command(name: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#persistently(() => this.#client.exec([name, ...args]))
  }

  async ping(): Promise<void> {
    await this.command('PING', [])
  }

  async subscribe(channel: string, heard: Listener): Promise<Unwatch> {
    const known = this.#channels.get(channel) ?? this.#open(channel)
    known.listeners.add(heard)
    const leave = async (): Promise<void> => {
      known.listeners.delete(heard)
      if (known.listeners.size > 0) return
      known.stream.close()
      if (this.#channels.get(channel) === known) this.#channels.delete(channel)
    }
    try {
      await this.#patience.of(known.stream.opened)
    } catch (error) {
      await leave()
      throw this.#errorOf(error)
    }
    return leave
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#patience.end()
    for (const { stream } of this.#channels.values()) stream.close()
    this.#channels.clear()
  }

  #open(channel: string): Channel {
    const listeners = new Set<Listener>()
    const stream = new EventStream(this.#address, channel, (text) => {
      for (const heard of [...listeners]) heard(text)
    })
    const opened = { stream, listeners }
    this.#channels.set(channel, opened)
    return opened
  }

  async #persistently<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (this.#closed) throw new MessageBusClosedError()
      try {
        return await this.#patience.of(call())
      } catch (error) {
        const known = this.#errorOf(error)
        const isLast = attempt === ATTEMPTS || error === SILENT
        if (known.code !== 'MESSAGE_BROKER_UNAVAILABLE' || isLast) throw known
      }
      await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS * 2 ** (attempt - 1)))
    }
  }

  #errorOf(error: unknown) {
    return this.#closed ? new MessageBusClosedError() : brokerError(`Upstash at ${this.#address.url}`, error)
  }
}
