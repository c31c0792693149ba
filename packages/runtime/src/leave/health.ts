import type { MessageBus } from '@pawl/message-bus'
import type { StateStore } from '@pawl/state-store'
import type { AgentInfo } from '../agents/listing.ts'
import type { Ports } from '../drive/ports.ts'

export interface ComponentHealth {
  readonly healthy: boolean
  /** In words an operator can act on. */
  readonly detail: string
  readonly latencyMs: number | null
}

export interface HealthReport {
  /**
   * Whether this process can do its work: it is initialized, the store and the bus answer, and the worker claims. What a
   * restart would not cure (an agent that is out of reach, messages that wait) makes it `degraded`, not unhealthy.
   */
  readonly healthy: boolean
  /** It works, and something needs a look. */
  readonly degraded: boolean
  readonly worker: string
  readonly heldRuns: number
  /** When the store last answered a claim (epoch ms), or `null` before the first. */
  readonly lastClaimAt: number | null
  readonly components: Essentials & {
    /** Lifecycle messages that should have left. */
    readonly outbox: ComponentHealth
    /** All agents on the store; one by one in `agents`. */
    readonly agents: ComponentHealth
  }
  /** Every agent that a process has registered. */
  readonly agents: readonly AgentInfo[]
  /** The details of all that is not healthy, those that matter most first. */
  readonly problems: readonly string[]
}

/** Without these nothing works. */
export interface Essentials {
  readonly runtime: ComponentHealth
  readonly stateStore: ComponentHealth
  readonly messageBus: ComponentHealth
  /** Whether ready runs are taken up here. */
  readonly worker: ComponentHealth
}

/** What did not answer for so long is taken for silent. */
const PATIENCE_MS = 5_000

/** Messages that have waited for so long were tried several times. */
const BACKLOG_MS = 60_000
const MOST_BACKLOG = 20

/** Asks the store for its time: a whole round trip. */
export function storeHealth(store: StateStore, ports: Ports): Promise<ComponentHealth> {
  const began = ports.now()
  return asked('The store does not answer', ports, async () => {
    await store.now()
    const detail = `${store.engine} at ${store.location} answers`
    return { healthy: true, detail, latencyMs: ports.now() - began }
  })
}

export function busHealth(bus: MessageBus, ports: Ports): Promise<ComponentHealth> {
  return asked('The bus does not answer', ports, async () => {
    const { healthy, latencyMs } = await bus.healthCheck()
    const detail = healthy
      ? `${bus.kind} bus answers`
      : `The ${bus.kind} bus is not healthy: see to its server.`
    return { healthy, detail, latencyMs }
  })
}

/** What one worker says of its claims. */
export interface Claims {
  readonly lastClaimAt: number | null
  readonly hasRoom: boolean
  readonly held: number
}

/** A worker with room asks for ready runs at each sweep; one that is full need not. */
export function workerHealth(claims: Claims, sweepMs: number, now: number): ComponentHealth {
  const { lastClaimAt, hasRoom, held } = claims
  if (!hasRoom)
    return { healthy: true, detail: `holds ${held} runs and has no room for more`, latencyMs: null }
  const agoMs = lastClaimAt === null ? null : Math.max(0, now - lastClaimAt)
  const ago = agoMs === null ? 'no claim was answered yet' : `the last claim was answered ${agoMs} ms ago`
  if (agoMs !== null && agoMs <= 3 * sweepMs + PATIENCE_MS)
    return { healthy: true, detail: `holds ${held} runs; ${ago}`, latencyMs: null }
  const detail = `The worker takes no runs: ${ago}. See whether the store is slow or locked; restart this process.`
  return { healthy: false, detail, latencyMs: null }
}

/** Lifecycle messages that nobody confirmed although the sweep tried more than once. */
export function outboxHealth(store: StateStore, ports: Ports): Promise<ComponentHealth> {
  return asked('The outbox cannot be read', ports, async () => {
    const left = await store.unsent({ idleMs: BACKLOG_MS, limit: MOST_BACKLOG })
    if (left.length === 0) return { healthy: true, detail: 'no messages are left', latencyMs: null }
    const runs = left.length === MOST_BACKLOG ? `${MOST_BACKLOG} runs or more` : `${left.length} runs`
    const detail = `Messages of ${runs} have not left for a minute: see whether the message bus takes any.`
    return { healthy: false, detail, latencyMs: null }
  })
}

export function agentsHealth(agents: readonly AgentInfo[]): ComponentHealth {
  const ill = agents.filter(({ health }) => !health.healthy)
  const waiting = agents.reduce((sum, { health }) => sum + health.waitingRuns, 0)
  const runs = waiting === 0 ? '' : `, ${waiting} runs wait for them`
  const detail =
    ill.length === 0
      ? `all ${agents.length} agents may be asked${runs}`
      : `${ill.length} of ${agents.length} agents may not be asked${runs}`
  return { healthy: ill.length === 0, detail, latencyMs: null }
}

/** An answer in time, or what is wrong. */
async function asked(
  trouble: string,
  ports: Ports,
  ask: () => Promise<ComponentHealth>,
): Promise<ComponentHealth> {
  try {
    return await inTime(ports, ask())
  } catch (error) {
    return { healthy: false, detail: `${trouble}: ${messageOf(error)}`, latencyMs: null }
  }
}

/** Rejects if there is no answer in time: a report must not wait for what it tells of. */
export async function inTime<T>(ports: Ports, answer: Promise<T>): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer within ${PATIENCE_MS / 1_000} s`)
    cancel = ports.setTimer(() => reject(error), PATIENCE_MS, { background: true })
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    cancel()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
