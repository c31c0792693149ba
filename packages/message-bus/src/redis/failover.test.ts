import { startRedis, startSentinel } from '@pawl/testkit/redis'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import { createRedisMessageBus } from './index.ts'

it('goes on at the replica that Sentinel makes primary, in order and with what was accepted', async () => {
  await using primary = await startRedis()
  await using replica = await startRedis({ settings: { replicaof: `${primary.host} ${primary.port}` } })
  await using sentinel = await startSentinel({ name: 'bus', primary })
  const redis = new Redis(primary.url)
  const onReplica = async (): Promise<string> => String(await redis.call('INFO', 'replication'))
  await vi.waitFor(async () => expect(await onReplica()).toContain('state=online'), 20_000)
  await using bus = createRedisMessageBus({
    redisOptions: { sentinels: [{ host: sentinel.host, port: sentinel.port }], name: 'bus' },
    onHandlerError: () => {},
  })

  for (let n = 0; n < 5; n++) await bus.send('q', n, { sessionId: 's' })
  await bus.send('watched', 'before')
  const watched: unknown[] = []
  await bus.consume('watched', ({ payload }) => watched.push(payload))
  await vi.waitFor(() => expect(watched).toEqual(['before']))
  // Replication is asynchronous: what the replica has not got is lost with its primary, as the README says.
  await vi.waitFor(async () => expect(await redis.call('WAIT', 1, 1000)).toBe(1), 10_000)
  await vi.waitFor(async () => expect(await knownReplicas(sentinel)).toBe(1), 20_000)
  redis.disconnect()
  await primary.kill()

  await expect(bus.send('q', 'lost', { sessionId: 's' })).rejects.toMatchObject({
    code: 'MESSAGE_BROKER_UNAVAILABLE',
    retriable: true,
    message: expect.stringContaining('behind Sentinel'),
  })
  await vi.waitFor(() => bus.send('q', 5, { sessionId: 's', id: 'm5' }), { timeout: 30_000, interval: 100 })
  expect(await roleOf(replica.url)).toBe('master')
  const seen: unknown[] = []
  await bus.consume('q', ({ payload }) => seen.push(payload))
  await vi.waitFor(() => expect(seen).toEqual([0, 1, 2, 3, 4, 5]), 10_000)
  await bus.send('watched', 'after')
  await vi.waitFor(() => expect(watched).toEqual(['before', 'after']), 10_000)
}, 90_000)

/** A Sentinel learns of replicas from its primary, every ten seconds. */
async function knownReplicas({ host, port }: { host: string; port: number }): Promise<number> {
  const redis = new Redis({ host, port })
  try {
    return ((await redis.call('SENTINEL', 'REPLICAS', 'bus')) as unknown[]).length
  } finally {
    redis.disconnect()
  }
}

async function roleOf(url: string): Promise<unknown> {
  const redis = new Redis(url)
  try {
    return ((await redis.call('ROLE')) as unknown[])[0]
  } finally {
    redis.disconnect()
  }
}
