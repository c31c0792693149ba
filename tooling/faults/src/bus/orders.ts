import type { MessageBus } from '@pawl/message-bus'
import { createRedisMessageBus } from '@pawl/message-bus/redis'
import { createUpstashMessageBus } from '@pawl/message-bus/upstash'

/** Where the queue is, and by which way. */
export interface Orders {
  readonly via: 'redis' | 'upstash'
  readonly url: string
  readonly token: string
  readonly namespace: string
  readonly seed: number
}

export const QUEUE = 'work'
export const LEASE_MS = 1_000

export function openBus({ via, url, token, namespace }: Orders): MessageBus {
  // What handlers and calls run into here is on purpose.
  const options = { namespace, backoffMs: 100, onHandlerError: () => {} }
  return via === 'redis'
    ? createRedisMessageBus({ ...options, redisUrl: url })
    : createUpstashMessageBus({ ...options, url, token })
}
