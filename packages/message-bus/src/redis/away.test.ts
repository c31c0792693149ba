import { type RedisServer, startRedis, startRedisCluster } from '@pawl/testkit/redis'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { MessageBus } from '../index.ts'
import { createMessageBus } from '../index.ts'

const AWAY = { redisUrl: 'redis://127.0.0.1:1' }
const unavailable = { code: 'MESSAGE_BROKER_UNAVAILABLE', retriable: true }

const CALLS: [string, (bus: MessageBus) => Promise<unknown>][] = [
  ['consume', (bus) => bus.consume('q', () => {})],
  ['subscribe', (bus) => bus.subscribe('t', () => {})],
  ['respond', (bus) => bus.respond('r', () => 1)],
  ['request', (bus) => bus.request('r', 1)],
]

describe('a Redis that was never there', () => {
  it.each(CALLS)('is told to %s, each time', async (_, call) => {
    await using bus = createMessageBus(AWAY)
    await expect(call(bus)).rejects.toMatchObject(unavailable)
    const began = Date.now()
    await expect(call(bus)).rejects.toMatchObject(unavailable)
    expect(Date.now() - began).toBeLessThan(4000)
  })

  it.each(CALLS)('keeps no %s when the bus is closed', async (_, call) => {
    const bus = createMessageBus(AWAY)
    const ended = expect(call(bus)).rejects.toMatchObject({ code: 'MESSAGE_BUS_CLOSED' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await bus.close()
    await ended
  })

  it('counts the time of a request from the call, and hears its signal', async () => {
    await using bus = createMessageBus(AWAY)
    const late = bus.request('r', 1, { timeoutMs: 50 })
    const left = bus.request('r', 1, { signal: AbortSignal.timeout(50) })
    await Promise.all([
      expect(late).rejects.toMatchObject({ code: 'MESSAGE_REQUEST_TIMEOUT' }),
      expect(left).rejects.toMatchObject({ name: 'TimeoutError' }),
    ])
  })
})

it('adds up what was counted in each queue', async () => {
  await using bus = createMessageBus({ redisUrl: redisUrl(), namespace: `counted-${Date.now()}` })
  for (const queue of ['a', 'b', 'c']) await bus.send(queue, 1, { id: 'x' })
  for (const queue of ['a', 'b']) await bus.send(queue, 1, { id: 'x' })
  for (let n = 0; n < 2; n++) await bus.publish('t', 1, { id: 'x' })
  expect((await bus.healthCheck()).numbers).toMatchObject({ duplicates: 3, forgottenEarly: 0 })
})

describe('a Redis that hangs', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  it('ends calls with an error, and goes on when it answers again', async () => {
    await using bus = createMessageBus({ redisUrl: server.url, onHandlerError: () => {} })
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await bus.send('q', 1)
    await vi.waitFor(() => expect(seen).toEqual([1]))
    process.kill(server.pid(), 'SIGSTOP')
    const hung = bus.send('q', 2, { id: 'two' })
    await Promise.all([
      expect(hung).rejects.toMatchObject({
        ...unavailable,
        message: expect.stringMatching(/does not answer/),
      }),
      expect(bus.getResult('t', { waitMs: 100 })).rejects.toMatchObject(unavailable),
      expect(bus.healthCheck()).resolves.toMatchObject({ healthy: false }),
    ])
    const responding = createMessageBus({ redisUrl: server.url })
    process.kill(server.pid(), 'SIGCONT')
    await responding.respond('r', () => 1)
    process.kill(server.pid(), 'SIGSTOP')
    const began = Date.now()
    await responding.close()
    expect(Date.now() - began).toBeLessThan(2000)
    process.kill(server.pid(), 'SIGCONT')
    await vi.waitFor(() => bus.send('q', 2, { id: 'two' }), 10_000)
    await vi.waitFor(() => expect(seen).toEqual([1, 2]), 10_000)
  }, 40_000)
})

it('is refused at a database that is not there, and at one node of a Cluster', async () => {
  await using none = createMessageBus({ redisUrl: `${redisUrl()}/99` })
  await expect(none.send('q', 1)).rejects.toMatchObject({
    code: 'MESSAGE_BROKER_REFUSED',
    message: expect.stringContaining('DB index is out of range'),
  })
  await expect(none.send('q', 1)).rejects.toMatchObject({ code: 'MESSAGE_BROKER_REFUSED' })

  await using cluster = await startRedisCluster(2)
  const nodes = cluster.nodes.map(({ url }) => createMessageBus({ redisUrl: url }))
  const answers = await Promise.allSettled(nodes.map((node) => node.send('q', 1)))
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: {
      code: 'MESSAGE_BROKER_REFUSED',
      message: expect.stringMatching(/pass a Cluster of ioredis as "client"/),
    },
  })
  for (const node of nodes) await node.close()
})
