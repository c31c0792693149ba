import { CallBook } from '../agents/call-book.ts'
import type { ListingParts } from '../agents/listing.ts'
import { Probation } from '../agents/probation.ts'
import { Roster } from '../agents/roster.ts'
import { wakeParked } from '../agents/wake-parked.ts'
import type { Driven } from '../drive/drive-run.ts'
import type { DriveParts } from '../drive/execution.ts'
import type { Ports } from '../drive/ports.ts'
import type { Tracing } from '../drive/tracing.ts'
import { tellBreakers } from '../leave/breaker-news.ts'
import type { Emit } from '../leave/events.ts'
import { Outbox } from '../leave/outbox.ts'
import type { AgentRegistry } from './agent-registry.ts'
import { openParts, type Parts, type PartsOptions } from './parts.ts'
import { Results } from './results.ts'
import type { Settings } from './settings.ts'
import { TaskDefinitions } from './task-definitions.ts'
import { Worker } from './worker.ts'
import { Workers } from './workers.ts'
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
  readonly worker: Workers
  readonly results: Results
  readonly tracing: Tracing
  readonly roster: Roster
  readonly listing: ListingParts
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
  const breakers = agents.open(store, settings.breakers)
  tellBreakers(breakers, emit)
  const calls = new CallBook(() => ports.now())
  const roster = new Roster({ store, ports, agents, calls, worker: settings.worker, emit })
  agents.guard(new Probation({ store, ports, roster, calls, emit, autoDisable: settings.autoDisable }))
  const outbox = new Outbox({ store, bus, emit, ports })
  const onParked = wakeParked({ store, agents, breakers, emit, onReady: () => void worker.claim() })
  const drive: DriveParts = {
    store,
    ports,
    agents,
    emit,
    tracing,
    onParked,
    leave: (entry, earlierLeft) => outbox.leave(entry, earlierLeft),
  }
  const tasks = new TaskDefinitions(agents)
  const onDriven = (runId: string, driven: Driven) => results.settle(runId, driven)
  const runs = new Worker(drive, settings, tasks.besides(workflows), onDriven)
  const queue = queueSettings(settings)
  const queued = queue && new Worker(drive, queue, tasks.queued, onDriven)
  const worker = new Workers(runs, queued, { store, ports, settings })
  const results = new Results(store, ports, (runId) => worker.holds(runId))
  const listing = { store, agents, calls, worker: settings.worker }
  return { parts, outbox, worker, results, tracing, roster, listing }
}

/** The worker of the queue has a name of its own, and so a lease; there is none where nothing of it is done. */
const queueSettings = (settings: Settings): Settings | undefined =>
  settings.taskConcurrency === 0
    ? undefined
    : { ...settings, worker: `${settings.worker}/tasks`, concurrency: settings.taskConcurrency }
