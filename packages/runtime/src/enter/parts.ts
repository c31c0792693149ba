import { createEventBus, type EventBus } from '@pawl/event-bus'
import { createMemoryMessageBus, type MessageBus } from '@pawl/message-bus'
import { openStateStore, type StateStore, type StateStoreConfig } from '@pawl/state-store'
import type { Ports } from '../drive/ports.ts'
import type { RuntimeEvents } from '../leave/events.ts'

export interface PartsOptions {
  /** `memory` (default), or a bus of the caller's, which the runtime never closes. */
  readonly messageBus?: 'memory' | MessageBus
  /** How to open a store, or one of the caller's, which the runtime never closes. Default: the environment's, else `.pawl/store.db`. */
  readonly stateStore?: StateStoreConfig | StateStore
  /** The caller's own event bus, which the runtime never closes. */
  readonly events?: EventBus<RuntimeEvents>
}

/** The parts that a runtime stands on, and how to close those that are its own. */
export interface Parts {
  readonly store: StateStore
  readonly bus: MessageBus
  /** Closes what the runtime opened itself: the bus first, the store last. */
  close(): Promise<void>
}

export async function openParts(options: PartsOptions, ports: Ports): Promise<Parts> {
  const { stateStore = {}, messageBus = 'memory' } = options
  const ownStore = !isStore(stateStore)
  const store = isStore(stateStore) ? stateStore : await openStateStore(stateStore)
  const ownBus = messageBus === 'memory'
  const bus = messageBus === 'memory' ? createMemoryMessageBus({ ports }) : messageBus
  return {
    store,
    bus,
    async close() {
      if (ownBus) await bus.close()
      if (ownStore) await store.close()
    },
  }
}

export const openEvents = (ports: Ports): EventBus<RuntimeEvents> =>
  createEventBus<RuntimeEvents>({ now: () => ports.now() })

const isStore = (given: StateStoreConfig | StateStore): given is StateStore =>
  typeof (given as StateStore).commit === 'function'
