import type { BreakerState } from '@pawl/resilience'
import type { Cell, Json, Parked, RegisteredAgent, StateStore } from '@pawl/state-store'
import type { AgentRegistry } from '../enter/agent-registry.ts'
import { type AgentHealth, detailOf, isWell } from './agent-health.ts'
import type { CallBook } from './call-book.ts'
import { type CallCounts, percentile, successRate, sumCounts, WINDOW_MS } from './call-window.ts'
import { type LiveWorker, liveWorkers } from './presence.ts'

/** An agent as any process on the store finds it. */
export interface AgentInfo {
  readonly id: string
  readonly description: string | null
  readonly version: string | null
  readonly labels: { readonly [name: string]: string }
  readonly capabilities: readonly string[]
  readonly enabled: boolean
  /** Why it was enabled or disabled last; `null` if nobody said. */
  readonly reason: string | null
  /** The live processes that run it, by the names of their workers; one that died is among them for 45 s at most. */
  readonly workers: readonly string[]
  readonly registeredAt: number
  /** When a process said last that it runs it: every 15 s while one does. In the store's time. */
  readonly seenAt: number
  readonly health: AgentHealth
}

export interface AgentListFilter {
  readonly enabled?: boolean
  /** Only those that a live process runs, or only those that none does. */
  readonly live?: boolean
  /** Only those that have it among their `capabilities`. */
  readonly capability?: string
  /** Only those that have all of these labels. */
  readonly labels?: { readonly [name: string]: string }
}

export interface ListingParts {
  readonly store: StateStore
  readonly agents: AgentRegistry
  readonly calls: CallBook
  readonly worker: string
}

/** What all processes together know, beside the registry. */
interface Around {
  readonly workers: readonly LiveWorker[]
  readonly parked: readonly Parked[]
  readonly breakers: ReadonlyMap<string, Cell>
  readonly now: number
}

/** Every agent that the store knows and that fits, by id. */
export async function listAgents(
  parts: ListingParts,
  { enabled, ...filter }: AgentListFilter = {},
): Promise<readonly AgentInfo[]> {
  const [rows, around] = await Promise.all([allAgents(parts.store, enabled), lookAround(parts.store)])
  return rows.map((row) => infoOf(row, parts, around)).filter((info) => fits(info, filter))
}

/** One agent; `undefined` if no process has registered it. */
export async function findAgent(parts: ListingParts, id: string): Promise<AgentInfo | undefined> {
  const [row, around] = await Promise.all([parts.store.agents.read(id), lookAround(parts.store)])
  return row === undefined ? undefined : infoOf(row, parts, around)
}

async function allAgents(
  { agents }: Pick<StateStore, 'agents'>,
  enabled: boolean | undefined,
): Promise<readonly RegisteredAgent[]> {
  const rows: RegisteredAgent[] = []
  let cursor: string | null = null
  do {
    const page = await agents.list({
      limit: 200,
      ...(enabled === undefined ? {} : { enabled }),
      ...(cursor === null ? {} : { cursor }),
    })
    rows.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return rows
}

async function lookAround(store: StateStore): Promise<Around> {
  const [workers, parked, breakers, now] = await Promise.all([
    liveWorkers(store),
    store.parked(),
    allBreakers(store),
    store.now(),
  ])
  return { workers, parked, breakers, now }
}

async function allBreakers({ cells }: Pick<StateStore, 'cells'>): Promise<ReadonlyMap<string, Cell>> {
  const found = new Map<string, Cell>()
  let cursor: string | null = null
  do {
    const page = await cells.list({
      prefix: 'breaker/',
      limit: 200,
      ...(cursor === null ? {} : { cursor }),
    })
    for (const cell of page.items) found.set(cell.key.slice('breaker/'.length), cell)
    cursor = page.next
  } while (cursor !== null)
  return found
}

function infoOf(row: RegisteredAgent, parts: ListingParts, around: Around): AgentInfo {
  const { name: id, enabled, reason, registeredAt, seenAt } = row
  const { description, version, labels, capabilities, breaker } = metadataIn(row.metadata)
  const here = parts.agents.get(id) === undefined ? [] : [parts.worker]
  const elsewhere = around.workers.filter(
    ({ worker, agents }) => worker !== parts.worker && Object.hasOwn(agents, id),
  )
  const workers = [...here, ...elsewhere.map(({ worker }) => worker)].sort()
  // What is known here is newer than what was told of it.
  const counts = sumCounts([parts.calls.countsOf(id), ...elsewhere.map(({ agents }) => countsIn(agents[id]))])
  const waitingRuns = around.parked.find(({ waitsFor }) => waitsFor === id)?.runs ?? 0
  const state = breaker === null ? null : (parts.agents.breaker(id)?.state ?? stateIn(around, id, breaker))
  const measured = {
    windowMs: WINDOW_MS,
    calls: counts.calls,
    failed: counts.failed,
    successRate: successRate(counts),
    p50Ms: percentile(counts, 0.5),
    p95Ms: percentile(counts, 0.95),
  }
  const standing = { enabled, reason, breaker: state, waitingRuns, live: workers.length > 0, ...measured }
  const health = {
    healthy: isWell(standing),
    detail: detailOf(id, standing),
    ...standing,
    lastSeenAt: seenAt,
  }
  return {
    id,
    description: description ?? null,
    version: version ?? null,
    labels: labels ?? {},
    capabilities: capabilities ?? [],
    enabled,
    reason,
    workers,
    registeredAt,
    seenAt,
    health,
  }
}

/** As a process sees it that does not use the breaker itself: by the times that stand in the cell. */
function stateIn({ breakers, now }: Around, id: string, { resetTimeoutMs = 30_000 }): BreakerState {
  const record = breakers.get(id)?.value as { readonly opening?: { readonly at?: number } | null } | undefined
  const openedAt = record?.opening?.at
  if (typeof openedAt !== 'number') return 'closed'
  return now < openedAt + resetTimeoutMs ? 'open' : 'half-open'
}

/** What another process wrote is read with care: it may be of another release. */
function metadataIn(metadata: Json): {
  readonly description?: string
  readonly version?: string
  readonly labels?: { readonly [name: string]: string }
  readonly capabilities?: readonly string[]
  readonly breaker?: { readonly resetTimeoutMs?: number } | null
} & { readonly breaker: { readonly resetTimeoutMs?: number } | null } {
  const given = isRecord(metadata) ? metadata : {}
  const { description, version, labels, capabilities, breaker } = given
  return {
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(isRecord(labels) ? { labels: labels as { readonly [name: string]: string } } : {}),
    ...(Array.isArray(capabilities) ? { capabilities: capabilities.map(String) } : {}),
    breaker: breaker === null ? null : isRecord(breaker) ? breaker : {},
  }
}

const isRecord = (value: unknown): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const countsIn = (counts: CallCounts | undefined): CallCounts => counts ?? sumCounts([])

const fits = (
  { workers, capabilities, labels }: AgentInfo,
  filter: Omit<AgentListFilter, 'enabled'>,
): boolean =>
  (filter.live === undefined || filter.live === workers.length > 0) &&
  (filter.capability === undefined || capabilities.includes(filter.capability)) &&
  Object.entries(filter.labels ?? {}).every(([name, value]) => labels[name] === value)
