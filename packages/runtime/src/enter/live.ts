import type { DriveParts } from '../drive/execution.ts'
import type { Ports } from '../drive/ports.ts'
import type { Tracing } from '../drive/tracing.ts'
import { tellBreakers } from '../leave/breaker-news.ts'
import type { Emit } from '../leave/events.ts'
import { busHealth, type HealthReport, storeHealth } from '../leave/health.ts'
import { Outbox } from '../leave/outbox.ts'
import type { AgentRegistry } from './agent-registry.ts'
import { openParts, type Parts, type PartsOptions } from './parts.ts'
import { Results } from './results.ts'
import type { Settings } from './settings.ts'
import { Worker } from './worker.ts'
import type { WorkflowRegistry } from './workflow-registry.ts'

/** What a runtime is made of, whether it is live or not. */
export interface Fittings {
  readonly options: PartsOptions
  readonly settings: Settings
  readonly ports: Ports
  readonly agents: AgentRegistry
  readonly workflows: WorkflowRegistry
  readonly emit: Emit
  readonly tracing: Tracing
}

/** What is there between `initialize` and `shutdown`. */
export interface Live {
  readonly parts: Parts
  readonly outbox: Outbox
  readonly worker: Worker
  readonly results: Results
  readonly tracing: Tracing
}

/** Opens the parts in order: store and bus, outbox, results, and the worker that is not started yet. */
export async function openLive({
  options,
  settings,
  ports,
  agents,
  workflows,
  emit,
  tracing,
}: Fittings): Promise<Live> {
  const parts = await openParts(options, ports)
  const { store, bus } = parts
  tellBreakers(agents.open(store, settings.breakers), emit)
  const outbox = new Outbox({ store, bus, emit, ports })
  const drive: DriveParts = {
    store,
    ports,
    agents,
    emit,
    tracing,
    leave: (entry, earlierLeft) => outbox.leave(entry, earlierLeft),
  }
  const worker = new Worker(drive, settings, workflows, (runId, driven) => results.settle(runId, driven))
  const results = new Results(store, ports, (runId) => worker.holds(runId))
  return { parts, outbox, worker, results, tracing }
}

/** The report behind `isHealthy`; `live` is undefined while the runtime is not initialized. */
export async function reportHealth(
  live: Live | undefined,
  worker: string,
  ports: Ports,
): Promise<HealthReport> {
  const missing = {
    healthy: false,
    detail: 'The runtime is not initialized: await initialize().',
    latencyMs: null,
  }
  const runtime = live === undefined ? missing : { healthy: true, detail: 'takes work', latencyMs: null }
  const stateStore = live === undefined ? missing : await storeHealth(live.parts.store, ports)
  const messageBus = live === undefined ? missing : await busHealth(live.parts.bus)
  return {
    healthy: runtime.healthy && stateStore.healthy && messageBus.healthy,
    worker,
    heldRuns: live?.worker.held ?? 0,
    lastClaimAt: live?.worker.lastClaimAt ?? null,
    components: { runtime, stateStore, messageBus },
  }
}
