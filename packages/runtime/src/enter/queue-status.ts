import type { Backlog } from '@pawl/state-store'
import { agentOf } from '../define/task-type.ts'
import { PRIORITIES, priorityOf, type TaskPriority } from './task-definitions.ts'

/** Tasks of the queue, each counted once. */
export interface QueueCounts {
  /** May begin now. */
  readonly queued: number
  /** May begin at a time to come. */
  readonly delayed: number
  /** An agent is at work, in whatever process. */
  readonly running: number
  /** Began, and go on at a time to come. */
  readonly waiting: number
}

/** The queue of tasks of the whole store, over all processes. */
export interface QueueStatus extends QueueCounts {
  /** Tasks of the queue that this process does at once, at most. */
  readonly concurrency: number
  /** How long the first of the queued ones has been waiting for a worker; `null` if there is none. */
  readonly oldestQueuedMs: number | null
  /** By the agent's id; an agent without such tasks is not among them. */
  readonly byAgent: { readonly [agentId: string]: QueueCounts }
  readonly byPriority: Readonly<Record<TaskPriority, QueueCounts>>
}

const NONE: QueueCounts = { queued: 0, delayed: 0, running: 0, waiting: 0 }

/** What the store's count says of the queue. Tasks that were executed, not submitted, are not in it. */
export function queueStatusOf({ at, parts }: Backlog, concurrency: number): QueueStatus {
  let total = NONE
  let oldest: number | null = null
  const byAgent = new Map<string, QueueCounts>()
  const byPriority = new Map<TaskPriority, QueueCounts>(PRIORITIES.map((priority) => [priority, NONE]))
  for (const { type, definitionVersion, ready: queued, readySince, ...part } of parts) {
    const agentId = agentOf(type)
    const priority = priorityOf(definitionVersion)
    if (agentId === undefined || priority === undefined) continue
    const counts = { queued, ...part }
    total = sum(total, counts)
    byAgent.set(agentId, sum(byAgent.get(agentId) ?? NONE, counts))
    byPriority.set(priority, sum(byPriority.get(priority) ?? NONE, counts))
    if (readySince !== null) oldest = Math.max(oldest ?? 0, at - readySince)
  }
  return {
    concurrency,
    ...total,
    oldestQueuedMs: oldest,
    byAgent: Object.fromEntries(byAgent),
    byPriority: Object.fromEntries(byPriority) as Record<TaskPriority, QueueCounts>,
  }
}

const sum = (a: QueueCounts, b: QueueCounts): QueueCounts => ({
  queued: a.queued + b.queued,
  delayed: a.delayed + b.delayed,
  running: a.running + b.running,
  waiting: a.waiting + b.waiting,
})
