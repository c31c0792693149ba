import { Redis } from '@upstash/redis'
import type { Broker } from '../broker/broker.ts'
import { BrokeredMessageBus } from '../bus/message-bus.ts'
import { BUS_OPTIONS, busSettings, type MessageBusOptions } from '../bus/options.ts'
import { BadOptionError } from '../contract/errors.ts'
import { checkOptions, type Known } from '../contract/known-options.ts'
import type { MessageBus } from '../contract/message-bus.ts'
import { Keys } from '../redis/keys.ts'
import { ROOM, redisBroker } from '../redis/redis-broker.ts'
import { UpstashLink } from './upstash-link.ts'

export interface UpstashMessageBusOptions extends MessageBusOptions {
  /** `UPSTASH_REDIS_REST_URL`. */
  readonly url: string
  /** `UPSTASH_REDIS_REST_TOKEN`; it must be allowed to write. */
  readonly token: string
  /** Begins every key. Default `pawl`. */
  readonly prefix?: string | undefined
  /** Whose messages they are: part of every key, so that one tenant cannot name another's. Default `default`. */
  readonly namespace?: string | undefined
}

/** What fits into Upstash's smallest request, with room for the envelope. */
const DEFAULTS = { ...ROOM, maxPayloadBytes: 768 * 1024 }

/**
 * A message bus over Upstash Redis by HTTPS: for places that have no TCP. The same scripts as over TCP; wake-ups come
 * as server-sent events, one open request for each queue, topic or log that is listened to.
 * @throws BadOptionError
 */
export function createUpstashMessageBus(options: UpstashMessageBusOptions): MessageBus {
  checkOptions('createUpstashMessageBus', options, KNOWN)
  return new BrokeredMessageBus(openUpstashBroker(options), busSettings(options, DEFAULTS))
}

const KNOWN: Known<UpstashMessageBusOptions> = {
  ...BUS_OPTIONS,
  url: true,
  token: true,
  prefix: true,
  namespace: true,
}

/** What the bus stands on. @throws BadOptionError */
export function openUpstashBroker(options: UpstashMessageBusOptions): Broker {
  const { url, token, prefix = 'pawl', namespace = 'default' } = options
  if (!/^https?:\/\//.test(url ?? '')) throw new BadOptionError('url', 'an https:// address', url)
  if (typeof token !== 'string' || token === '') throw new BadOptionError('token', 'a text', typeof token)
  const habits = {
    url,
    token,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: false,
  } as const
  const client = new Redis({ ...habits, enableAutoPipelining: true })
  const alone = new Redis({ ...habits, enableAutoPipelining: false })
  const link = new UpstashLink(client, alone, { url, token })
  return redisBroker(link, new Keys(prefix, namespace), busSettings(options, DEFAULTS))
}
