import { startRedisCluster } from '@pawl/testkit/redis'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import { createRedisMessageBus } from './index.ts'

const QUEUES = ['q', 'q{a}', 'mail', 'q:5', 'ünïcode', 'q6', 'q7', 'q8']

it('does everything over a Cluster of three nodes, and hears on one what all are told', async () => {
  await using cluster = await startRedisCluster()
  const client = new Redis.Cluster(cluster.nodes.map(({ host, port }) => ({ host, port })))
  const other = new Redis.Cluster(cluster.nodes.map(({ host, port }) => ({ host, port })))
  const bus = createRedisMessageBus({ client })
  const sender = createRedisMessageBus({ client: other })
  const seen = new Set<unknown>()
  const note = ({ payload }: { payload: unknown }): unknown => seen.add(payload)
  for (const queue of QUEUES) await bus.consume(queue, note, { concurrency: 2, batchSize: 2 })
  await bus.subscribe('t', note, { durable: 'd' })
  await bus.respond('r', (payload) => payload)
  for (const queue of QUEUES)
    await sender.send(queue, queue, { sessionId: 's', id: `of ${queue}`, priority: 1 })
  await sender.publish('t', 'event')
  expect(await sender.request('r', 'question')).toBe('question')
  await sender.publishResult({ taskId: 'x', agentId: 'a', result: 1 })
  expect((await bus.getResult('x'))?.result).toBe(1)
  await vi.waitFor(() => expect(seen).toEqual(new Set([...QUEUES, 'event'])), 5000)
  for (const queue of QUEUES)
    expect(await bus.queueStatus(queue)).toMatchObject({ ready: 0, leased: 0, consumers: 1 })
  expect((await bus.healthCheck()).healthy).toBe(true)

  const used = await Promise.all(client.nodes('master').map((node) => node.dbsize()))
  expect(used.filter((keys) => keys > 0)).toHaveLength(3)
  for (const each of [bus, sender]) await each.close()
  for (const each of [client, other]) each.disconnect()
}, 60_000)
