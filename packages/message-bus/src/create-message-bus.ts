import { BadOptionError } from './contract/errors.ts'
import type { MessageBus } from './contract/message-bus.ts'
import type { MemoryMessageBusOptions } from './memory/memory-message-bus.ts'
import { createMemoryMessageBus } from './memory/memory-message-bus.ts'

/** Which backend, with its options. */
export type MessageBusConfig = 'memory' | ({ readonly type: 'memory' } & MemoryMessageBusOptions)

/** Makes a message bus from plain configuration. Default: `memory`. @throws BadOptionError */
export function createMessageBus(config: MessageBusConfig = 'memory'): MessageBus {
  const { type, ...options } = typeof config === 'string' ? { type: config } : config
  if (type !== 'memory') throw new BadOptionError('type', "'memory'", type)
  return createMemoryMessageBus(options)
}
