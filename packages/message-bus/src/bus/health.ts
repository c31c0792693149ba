import type { Broker } from '../broker/broker.ts'
import type { MessageBusHealth } from '../contract/message-bus.ts'
import type { MessageBusStats } from '../contract/stats.ts'
import type { EventSide } from './events/events.ts'
import type { WorkSide } from './work/work.ts'

/** Goes to the broker and back, and looks at the queues in use. Never rejects. */
export async function healthOf(
  broker: Broker,
  work: WorkSide,
  now: () => number,
  own: Readonly<Record<string, number>>,
  closed: boolean,
): Promise<MessageBusHealth> {
  const { kind } = broker
  const unknown = {
    kind,
    backlog: 0,
    oldestMs: null,
    consumers: 0,
    lastClaimAt: work.lastClaimAt,
    numbers: own,
  }
  if (closed) return { ...unknown, healthy: false, latencyMs: 0, detail: 'The bus is closed.' }
  const began = now()
  try {
    await broker.ping()
    const latencyMs = now() - began
    const all = await Promise.all(work.meters.names.map((queue) => broker.counts(queue)))
    const numbers = { ...own, ...(await broker.numbers()) }
    const ages = all.map(({ oldestMs }) => oldestMs).filter((age) => age !== null)
    return {
      ...unknown,
      healthy: true,
      latencyMs,
      detail: broker.detail,
      numbers,
      backlog: all.reduce((sum, { ready, delayed, leased }) => sum + ready + delayed + leased, 0),
      oldestMs: ages.length === 0 ? null : Math.max(...ages),
      consumers: all.reduce((sum, { consumers }) => sum + consumers, 0),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ...unknown, healthy: false, latencyMs: now() - began, detail: reason }
  }
}

export async function statsOf(work: WorkSide, events: EventSide, broker: Broker): Promise<MessageBusStats> {
  const queues = await Promise.all(
    work.meters.names.map(async (queue) => {
      const { oldestMs: _, ...counts } = await broker.counts(queue)
      const depth = counts.ready + counts.delayed + counts.leased
      return [queue, { ...counts, depth, ...work.meters.of(queue).report() }] as const
    }),
  )
  const topics = events.meters.names.map((topic) => [topic, events.meters.of(topic).report()] as const)
  return { queues: Object.fromEntries(queues), topics: Object.fromEntries(topics) }
}
