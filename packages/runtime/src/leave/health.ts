import type { MessageBus } from '@pawl/message-bus'
import type { StateStore } from '@pawl/state-store'
import type { Ports } from '../drive/ports.ts'

export interface ComponentHealth {
  readonly healthy: boolean
  /** In words an operator can act on. */
  readonly detail: string
  readonly latencyMs: number | null
}

export interface HealthReport {
  readonly healthy: boolean
  readonly worker: string
  readonly heldRuns: number
  /** When the store last answered a claim (epoch ms), or `null` before the first. */
  readonly lastClaimAt: number | null
  readonly components: {
    readonly runtime: ComponentHealth
    readonly stateStore: ComponentHealth
    readonly messageBus: ComponentHealth
  }
}

/** Asks the store for its time: a whole round trip. */
export async function storeHealth(store: StateStore, ports: Ports): Promise<ComponentHealth> {
  const began = ports.now()
  try {
    await store.now()
    return {
      healthy: true,
      detail: `${store.engine} at ${store.location} answers`,
      latencyMs: ports.now() - began,
    }
  } catch (error) {
    return { healthy: false, detail: `The store does not answer: ${messageOf(error)}`, latencyMs: null }
  }
}

export async function busHealth(bus: MessageBus): Promise<ComponentHealth> {
  try {
    const { healthy, latencyMs } = await bus.healthCheck()
    const detail = healthy ? `${bus.kind} bus answers` : `The ${bus.kind} bus is not healthy`
    return { healthy, detail, latencyMs }
  } catch (error) {
    return { healthy: false, detail: `The bus does not answer: ${messageOf(error)}`, latencyMs: null }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
