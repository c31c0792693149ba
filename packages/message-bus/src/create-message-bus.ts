import type { Broker } from './broker/broker.ts'
import { BrokeredMessageBus } from './bus/message-bus.ts'
import { BUS_OPTIONS, busSettings, type MessageBusOptions } from './bus/options.ts'
import { type Choice, chosenBackend } from './chosen-backend.ts'
import { BadOptionError } from './contract/errors.ts'
import { checkOptions, type Known } from './contract/known-options.ts'
import type { MessageBus } from './contract/message-bus.ts'
import { optionsObject } from './contract/option.ts'
import { lateBroker } from './late-broker.ts'
import { memoryBroker } from './memory/memory-broker.ts'
import { createMemoryMessageBus } from './memory/memory-message-bus.ts'
import { Keys } from './redis/keys.ts'

/** Which backend, with its options. */
export interface MessageBusSettings extends MessageBusOptions {
  /** Default: what the addresses say; without one, what the environment says; else `memory`. */
  readonly type?: 'memory' | 'redis' | 'upstash' | undefined
  /** `redis://` or `rediss://`: Redis over TCP, by `ioredis`. `https://` with a token: Upstash, by `@upstash/redis`. */
  readonly redisUrl?: string | undefined
  /** Upstash's token. */
  readonly redisToken?: string | undefined
  /** Begins every key in Redis. Default `pawl`. */
  readonly prefix?: string | undefined
  /** Whose messages they are: part of every key, so that one tenant cannot name another's. Default `default`. */
  readonly namespace?: string | undefined
  /**
   * When the broker cannot be reached at the first call: `fail` (default), or `memory`: the bus then stays in this
   * process, warns, says so in its health, and publishes the event `bus:fallback`.
   */
  readonly fallback?: 'fail' | 'memory' | undefined
}

const KNOWN: Known<MessageBusSettings> = {
  ...BUS_OPTIONS,
  type: true,
  redisUrl: true,
  redisToken: true,
  prefix: true,
  namespace: true,
  fallback: true,
}

export type MessageBusConfig = 'memory' | 'redis' | 'upstash' | MessageBusSettings

/**
 * Makes a message bus from plain configuration. What is given wins; else `UPSTASH_REDIS_REST_URL` and `_TOKEN`; else
 * `REDIS_URL`; else memory. The driver is loaded, and the connection opened, by the first call.
 * @throws BadOptionError, also for one half of a pair, named
 */
export function createMessageBus(config: MessageBusConfig = {}): MessageBus {
  const settings = typeof config === 'string' ? { type: config } : optionsObject('config', config)
  checkOptions('createMessageBus', settings, KNOWN)
  const { fallback = 'fail' } = settings
  if (fallback !== 'fail' && fallback !== 'memory')
    throw new BadOptionError('fallback', "'fail' or 'memory'", fallback)
  const choice = chosenBackend(settings, environment())
  if (choice.kind === 'memory') return createMemoryMessageBus(settings)
  return brokered(choice, settings, fallback)
}

function brokered(
  choice: Exclude<Choice, { kind: 'memory' }>,
  settings: MessageBusSettings,
  fallback: string,
): MessageBus {
  // Upstash refuses requests that are larger than a mebibyte: what it would refuse is refused before.
  const shared = busSettings(settings, choice.kind === 'upstash' ? { maxPayloadBytes: 768 * 1024 } : {})
  new Keys(settings.prefix ?? 'pawl', settings.namespace ?? 'default')
  const load = async (): Promise<Broker> => {
    const broker = await loaded(choice, settings)
    if (fallback === 'fail') return broker
    try {
      await broker.ping()
      return broker
    } catch (error) {
      await broker.close()
      const reason = error instanceof Error ? error.message : String(error)
      return { ...memoryBroker(shared), detail: `Fell back to memory: ${reason}` }
    }
  }
  const bus = new BrokeredMessageBus(
    lateBroker(choice.kind, load, (detail) => {
      warn(detail)
      void bus.publish('bus:fallback', { reason: detail }).catch(() => {})
    }),
    shared,
  )
  return bus
}

/** The drivers are optional: each is loaded by its own folder, and only when it is wanted. */
async function loaded(
  choice: Exclude<Choice, { kind: 'memory' }>,
  settings: MessageBusSettings,
): Promise<Broker> {
  if (choice.kind === 'redis') {
    const { openRedisBroker } = await import('./redis/index.ts')
    return openRedisBroker({ ...settings, redisUrl: choice.url })
  }
  const { openUpstashBroker } = await import('./upstash/index.ts')
  return openUpstashBroker({ ...settings, url: choice.url, token: choice.token })
}

interface Host {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly emitWarning?: (message: string, type: string) => void
  }
}

/** Where the platform has one (Node, Bun, Deno), without importing it. */
const environment = (): Readonly<Record<string, string | undefined>> =>
  (globalThis as Host).process?.env ?? {}

const warn = (text: string): void => (globalThis as Host).process?.emitWarning?.(text, 'MessageBusWarning')
