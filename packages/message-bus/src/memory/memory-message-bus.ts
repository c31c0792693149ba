import { BrokeredMessageBus } from '../bus/message-bus.ts'
import { busSettings, type MessageBusOptions } from '../bus/options.ts'
import type { MessageBus } from '../contract/message-bus.ts'
import { memoryBroker } from './memory-broker.ts'

export type MemoryMessageBusOptions = MessageBusOptions

/**
 * A message bus inside this process: for tests, for one machine, and as the measure of what other backends do.
 * Nothing survives the process. Payloads are copied through JSON, as a network would.
 * @throws BadOptionError
 */
export function createMemoryMessageBus(options: MemoryMessageBusOptions = {}): MessageBus {
  const settings = busSettings(options)
  return new BrokeredMessageBus(memoryBroker(settings), settings)
}
