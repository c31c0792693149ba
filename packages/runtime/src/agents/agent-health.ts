import type { BreakerState } from '@pawl/resilience'

/** How an agent does, over all processes. */
export interface AgentHealth extends AgentStanding {
  /** Whether it may be asked and answers: enabled, its breaker not open, and a live process runs it. */
  readonly healthy: boolean
  /** In words an operator can act on. */
  readonly detail: string
  /** When a process said last that it runs the agent, in the store's time. */
  readonly lastSeenAt: number
}

interface AgentStanding {
  readonly enabled: boolean
  readonly reason: string | null
  /** `null` if it has none. */
  readonly breaker: BreakerState | null
  /** Runs that are parked until it may be asked. */
  readonly waitingRuns: number
  /** Whether a live process runs it. */
  readonly live: boolean
  /** How far back calls are counted: the last five minutes. What others counted is up to 15 s old. */
  readonly windowMs: number
  /** Attempts, those that failed among them; not those that were refused. */
  readonly calls: number
  readonly failed: number
  /** From 0 to 1; `null` without a call. */
  readonly successRate: number | null
  /** Of single attempts, give or take a tenth. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

export const isWell = ({ enabled, breaker, live }: AgentStanding): boolean =>
  enabled && breaker !== 'open' && live

/** What to know of an agent, and what to do. */
export function detailOf(id: string, standing: AgentStanding): string {
  return [trouble(id, standing), waiting(standing), answers(standing)]
    .filter((text) => text !== '')
    .join('; ')
}

function trouble(id: string, { enabled, reason, breaker, live }: AgentStanding): string {
  if (!enabled) {
    const why = reason === null ? '' : ` (${reason})`
    return `agent '${id}' is disabled${why}: enableAgent('${id}') lets it work again`
  }
  if (breaker === 'open')
    return `the breaker of agent '${id}' is open: see why its calls fail; it is probed by itself`
  if (breaker === 'half-open') return `agent '${id}' is being probed: it failed and may be well again`
  if (!live)
    return `no live process runs agent '${id}': start one that registers it, or unregisterAgent('${id}')`
  return `agent '${id}' may be asked`
}

const waiting = ({ waitingRuns }: AgentStanding): string =>
  waitingRuns === 0 ? '' : waitingRuns === 1 ? '1 run waits for it' : `${waitingRuns} runs wait for it`

function answers({ calls, successRate, p50Ms, p95Ms, windowMs }: AgentStanding): string {
  const minutes = windowMs / 60_000
  if (successRate === null) return `no calls in ${minutes} minutes`
  const rate = Math.round(successRate * 1_000) / 10
  return `${rate} % of ${calls} calls in ${minutes} minutes succeeded, p50 ${p50Ms} ms, p95 ${p95Ms} ms`
}
