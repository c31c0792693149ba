import { Redis, type RedisOptions } from 'ioredis'
import type { Broker } from '../broker/broker.ts'
import { BrokeredMessageBus } from '../bus/message-bus.ts'
import { BUS_OPTIONS, busSettings, type MessageBusOptions } from '../bus/options.ts'
import { BadOptionError } from '../contract/errors.ts'
import { checkOptions, type Known } from '../contract/known-options.ts'
import type { MessageBus } from '../contract/message-bus.ts'
import { DISCONNECT_MS, IoredisLink, type RedisClient } from './ioredis-link.ts'
import { Keys } from './keys.ts'
import { ROOM, redisBroker } from './redis-broker.ts'

export type { RedisClient } from './ioredis-link.ts'

/** Options of ioredis, but for the one that changes how answers look. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>

export interface RedisMessageBusOptions extends MessageBusOptions {
  /** Where Redis is: `redis://` or `rediss://`. */
  readonly redisUrl?: string | undefined
  /**
   * More options of ioredis for the bus's own client, beside `redisUrl` or instead of it: `sentinels` with `name`,
   * `tls`, `username`, `password`, `db`. What the address says wins, then these, then the bus's own.
   */
  readonly redisOptions?: ConnectionOptions | undefined
  /**
   * A client of ioredis instead: a `Redis` (Sentinel and TLS as it was made) or a `Cluster`. It is never closed; a
   * second connection is opened beside it for channels. How long calls wait for a lost server is its own setting
   * (`maxRetriesPerRequest`). Not one with a `keyPrefix`.
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
  checkOptions('createRedisMessageBus', options, KNOWN)
  return new BrokeredMessageBus(openRedisBroker(options), busSettings(options, ROOM))
}

const KNOWN: Known<RedisMessageBusOptions> = {
  ...BUS_OPTIONS,
  redisUrl: true,
  redisOptions: true,
  client: true,
  prefix: true,
  namespace: true,
}

/** What the bus stands on. @throws BadOptionError */
export function openRedisBroker(options: RedisMessageBusOptions): Broker {
  const keys = new Keys(options.prefix ?? 'pawl', options.namespace ?? 'default')
  const settings = busSettings(options, ROOM)
  if (options.client && (options.redisUrl ?? options.redisOptions) !== undefined)
    throw new BadOptionError('client', 'given alone, without redisUrl and redisOptions', 'both')
  const client = options.client ?? ownClient(options)
  if (client.options.keyPrefix) throw new BadOptionError('keyPrefix', KEY_PREFIX, client.options.keyPrefix)
  return redisBroker(new IoredisLink(client, options.client === undefined), keys, settings)
}

const KEY_PREFIX =
  'left out of the ioredis options: it is not put before channels; use "prefix" and "namespace"'

/** Tries again for about a second before calls are told that Redis is away; reconnects for ever. */
const PATIENCE: ConnectionOptions = {
  maxRetriesPerRequest: 4,
  // A silent connection costs no command: the system asks whether the other side is still there.
  keepAlive: 10_000,
  // An address that swallows packets would keep each attempt for ten seconds.
  connectTimeout: 3000,
  // Of five attempts one ends the calls that wait: never further apart, so that each call waits about a second.
  retryStrategy: (times) => Math.min(25 * 2 ** times, 200),
  sentinelRetryStrategy: (times) => Math.min(25 * 2 ** times, 200),
  disconnectTimeout: DISCONNECT_MS,
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}

function ownClient({ redisUrl, redisOptions }: RedisMessageBusOptions): Redis {
  const options = { ...PATIENCE, ...redisOptions, lazyConnect: true }
  if (redisUrl === undefined && redisOptions) return new Redis(options)
  if (/^rediss?:\/\//.test(redisUrl ?? '')) return new Redis(redisUrl as string, options)
  throw new BadOptionError(
    'redisUrl',
    'a redis:// or rediss:// address, unless redisOptions or a client is given',
    redisUrl,
  )
}
