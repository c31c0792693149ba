import { type AgentInfo, listAgents } from '../agents/listing.ts'
import type { Ports } from '../drive/ports.ts'
import {
  agentsHealth,
  busHealth,
  type ComponentHealth,
  type Essentials,
  type HealthReport,
  inTime,
  outboxHealth,
  storeHealth,
  workerHealth,
} from '../leave/health.ts'
import type { Live } from './live.ts'
import type { Settings } from './settings.ts'

const MISSING: ComponentHealth = {
  healthy: false,
  detail: 'The runtime is not initialized: await initialize().',
  latencyMs: null,
}
const NOT_INITIALIZED: Essentials = {
  runtime: MISSING,
  stateStore: MISSING,
  messageBus: MISSING,
  worker: MISSING,
}

/** Whether this process can do its work. */
export async function isHealthy(live: Live | undefined, settings: Settings, ports: Ports): Promise<boolean> {
  return areHealthy(await essentials(live, settings, ports))
}

/** The whole report; `live` is undefined while the runtime is not initialized. Never rejects. */
export async function reportHealth(
  live: Live | undefined,
  settings: Settings,
  ports: Ports,
): Promise<HealthReport> {
  const [needed, agents, outbox] = await Promise.all([
    essentials(live, settings, ports),
    live === undefined ? [] : agentsOf(live, ports),
    live === undefined ? MISSING : outboxHealth(live.parts.store, ports),
  ])
  const healthy = areHealthy(needed)
  const agentsComponent = live === undefined ? MISSING : agentsHealth(agents)
  return {
    healthy,
    degraded: healthy && !(outbox.healthy && agentsComponent.healthy),
    worker: settings.worker,
    heldRuns: live?.worker.held ?? 0,
    lastClaimAt: live?.worker.lastClaimAt ?? null,
    components: { ...needed, outbox, agents: agentsComponent },
    agents,
    problems: live === undefined ? [MISSING.detail] : problemsOf([...Object.values(needed), outbox], agents),
  }
}

const NOTHING_TO_RUN: ComponentHealth = {
  healthy: true,
  detail: 'has neither workflows nor agents that it could run',
  latencyMs: null,
}

async function essentials(live: Live | undefined, settings: Settings, ports: Ports): Promise<Essentials> {
  if (live === undefined) return NOT_INITIALIZED
  const { parts, worker } = live
  const [stateStore, messageBus] = await Promise.all([
    storeHealth(parts.store, ports),
    busHealth(parts.bus, ports),
  ])
  const workers = worker.claims.map((claims) => workerHealth(claims, settings.sweepMs, ports.now()))
  return {
    runtime: { healthy: true, detail: 'takes work', latencyMs: null },
    stateStore,
    messageBus,
    worker: workers.find(({ healthy }) => !healthy) ?? workers[0] ?? NOTHING_TO_RUN,
  }
}

const areHealthy = (needed: Essentials): boolean => Object.values(needed).every(({ healthy }) => healthy)

/** None if the store cannot say: that stands in the report anyway. */
const agentsOf = ({ listing }: Live, ports: Ports): Promise<readonly AgentInfo[]> =>
  inTime(ports, listAgents(listing)).catch(() => [])

function problemsOf(components: readonly ComponentHealth[], agents: readonly AgentInfo[]): readonly string[] {
  const ill = [...components, ...agents.map(({ health }) => health)].filter(({ healthy }) => !healthy)
  return ill.map(({ detail }) => detail)
}
