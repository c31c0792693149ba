import { Redis } from 'ioredis'
import type { Broker } from '../broker/broker.ts'
import { BrokeredMessageBus } from '../bus/message-bus.ts'
import { busSettings, type MessageBusOptions } from '../bus/options.ts'
import { BadOptionError } from '../contract/errors.ts'
import type { MessageBus } from '../contract/message-bus.ts'
import { DISCONNECT_MS, IoredisLink, type RedisClient } from './ioredis-link.ts'
import { Keys } from './keys.ts'
import { ROOM, redisBroker } from './redis-broker.ts'

export type { RedisClient } from './ioredis-link.ts'

export interface RedisMessageBusOptions extends MessageBusOptions {
  /** Where Redis is: `redis://` or `rediss://`. */
  readonly redisUrl?: string | undefined
  /**
   * A client of ioredis instead: a `Redis` (Sentinel and TLS as it was made) or a `Cluster`. It is never closed; a
   * second connection is opened beside it for channels. How long calls wait for a lost server is its own setting
   * (`maxRetriesPerRequest`).
   */
  readonly client?: RedisClient | undefined
  /** Begins every key. Default `pawl`. */
  readonly prefix?: string | undefined
  /** Whose messages they are: part of every key, so that one tenant cannot name another's. Default `default`. */
  readonly namespace?: string | undefined
}

/**
 * A message bus over Redis 7 or newer, or Valkey, through ioredis. What survives a crash of Redis is what its
 * `appendfsync` promises. Connections are opened by the first call.
 * @throws BadOptionError
 */
export function createRedisMessageBus(options: RedisMessageBusOptions): MessageBus {
  return new BrokeredMessageBus(openRedisBroker(options), busSettings(options, ROOM))
}

/** What the bus stands on. @throws BadOptionError */
export function openRedisBroker(options: RedisMessageBusOptions): Broker {
  const { client, redisUrl, prefix = 'pawl', namespace = 'default' } = options
  const keys = new Keys(prefix, namespace)
  if (!client && !/^rediss?:\/\//.test(redisUrl ?? ''))
    throw new BadOptionError(
      'redisUrl',
      'a redis:// or rediss:// address, unless a client is given',
      redisUrl,
    )
  const link = new IoredisLink(client ?? ownClient(redisUrl as string), client === undefined)
  return redisBroker(link, keys, busSettings(options, ROOM))
}

/** Tries again for about a second before calls are told that Redis is away; reconnects for ever. */
const ownClient = (url: string): Redis =>
  new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 4,
    // An address that swallows packets would keep each attempt for ten seconds.
    connectTimeout: 3000,
    // Of five attempts one ends the calls that wait: never further apart, so that each call waits about a second.
    retryStrategy: (times) => Math.min(25 * 2 ** times, 200),
    disconnectTimeout: DISCONNECT_MS,
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
