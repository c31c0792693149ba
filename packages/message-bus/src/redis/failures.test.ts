import { randomUUID } from 'node:crypto'
import { type RedisServer, startRedis } from '@pawl/testkit/redis'
import { startUpstash } from '@pawl/testkit/upstash'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../test/watched-client.ts'
import type { MessageBus } from '../index.ts'
import { createUpstashMessageBus } from '../upstash/index.ts'
import { createRedisMessageBus } from './index.ts'
import { Keys } from './keys.ts'

let server: RedisServer
beforeEach(async () => {
  server = await startRedis({ appendonly: true, appendfsync: 'always' })
})
afterEach(() => server.stop())

const quiet = { onHandlerError: () => {} }

describe('a bus whose Redis fails', () => {
  it('tells callers meanwhile, loses nothing that was accepted, and goes on in order', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    for (let n = 0; n < 5; n++) await bus.send('q', n, { sessionId: 's' })
    await server.kill()
    await expect(bus.send('q', 'lost', { sessionId: 's' })).rejects.toMatchObject({
      code: 'MESSAGE_BROKER_UNAVAILABLE',
      retriable: true,
    })
    expect((await bus.healthCheck()).healthy).toBe(false)
    await server.start()
    const seen: unknown[] = []
    await vi.waitFor(() => bus.consume('q', ({ payload }) => seen.push(payload)), 10_000)
    await bus.send('q', 5, { sessionId: 's' })
    await vi.waitFor(() => expect(seen).toEqual([0, 1, 2, 3, 4, 5]), 10_000)
  })

  it('goes on consuming after a restart in the middle', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    const seen = new Set<unknown>()
    await bus.consume('q', async ({ payload }) => seen.add(payload), { leaseMs: 1000, concurrency: 3 })
    for (let n = 0; n < 20; n++) await bus.send('q', n)
    await server.kill()
    await server.start()
    for (let n = 20; n < 40; n++) await vi.waitFor(() => bus.send('q', n, { id: `m${n}` }), 10_000)
    await vi.waitFor(() => expect(seen.size).toBe(40), 15_000)
  })

  it('knows its scripts again when the server forgot them', async () => {
    await using bus = createRedisMessageBus({ redisUrl: server.url })
    await bus.send('q', 1)
    const redis = new Redis(server.url)
    await redis.script('FLUSH')
    redis.disconnect()
    expect((await bus.send('q', 2)).duplicate).toBe(false)
    expect((await bus.queueStatus('q')).ready).toBe(2)
  })

  it('refuses what does not fit into memory, and still lets finished work leave', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    for (let n = 0; n < 3; n++) await bus.send('q', 'x'.repeat(1000), { sessionId: 's' })
    const redis = new Redis(server.url)
    await redis.config('SET', 'maxmemory', '1mb')
    await expect(bus.send('q', 'more')).rejects.toMatchObject({ code: 'MESSAGE_BROKER_REFUSED' })
    expect(await bus.consumeOnce('q', () => {})).toEqual({ done: 3, failed: 0 })
    await redis.config('SET', 'maxmemory', '0')
    redis.disconnect()
    expect((await bus.send('q', 'fits again')).duplicate).toBe(false)
  })

  it('waits while its server only follows another, and goes on when that is over', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    await bus.send('q', 1, { sessionId: 's' })
    const redis = new Redis(server.url)
    await redis.call('REPLICAOF', '127.0.0.1', '1')
    await expect(bus.send('q', 'refused', { sessionId: 's' })).rejects.toMatchObject({
      code: 'MESSAGE_BROKER_UNAVAILABLE',
      retriable: true,
    })
    await redis.call('REPLICAOF', 'NO', 'ONE')
    redis.disconnect()
    await vi.waitFor(() => bus.send('q', 2, { sessionId: 's' }), 10_000)
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await vi.waitFor(() => expect(seen).toEqual([1, 2]), 10_000)
  })

  it('extends leases although memory is short', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    const redis = new Redis(server.url)
    let attempts = 0
    await bus.consume(
      'q',
      async () => {
        attempts++
        await redis.config('SET', 'maxmemory', '1mb')
        await new Promise((resolve) => setTimeout(resolve, 1_200))
      },
      { leaseMs: 600 },
    )
    await bus.send('q', 1)
    const leased = async (): Promise<number> => (await bus.queueStatus('q')).leased
    await vi.waitFor(async () => expect(await leased()).toBe(1))
    await vi.waitFor(async () => expect(await leased()).toBe(0), 5_000)
    expect((await bus.healthCheck()).healthy).toBe(true)
    expect(attempts).toBe(1)
    redis.disconnect()
  })

  it('warns of a policy that may throw messages away', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using lossy = await startRedis({ maxmemory: '100mb', maxmemoryPolicy: 'allkeys-lru' })
    await using bus = createRedisMessageBus({ redisUrl: lossy.url })
    await bus.send('q', 1)
    await vi.waitFor(() =>
      expect(warned).toHaveBeenCalledWith(expect.stringContaining('allkeys-lru'), expect.anything()),
    )
    expect((await bus.healthCheck()).detail).toContain('noeviction')
    const redis = new Redis(lossy.url)
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    expect((await bus.healthCheck()).detail).toBe('')
    await redis.config('SET', 'maxmemory-policy', 'volatile-ttl')
    expect((await bus.healthCheck()).detail).toContain('volatile-ttl')
    redis.disconnect()
    warned.mockRestore()
  })
})

describe('a Redis bus', () => {
  it.each([
    ['a client', () => ({ client: new Redis({ keyPrefix: 'mine:', lazyConnect: true }) })],
    ['options', () => ({ redisOptions: { keyPrefix: 'mine:' } })],
    ['an address', () => ({ redisUrl: `${server.url}?keyPrefix=mine:` })],
  ])('refuses %s with a prefix of ioredis, which channels would not have', (_, options) => {
    expect(() => createRedisMessageBus(options())).toThrow(/"keyPrefix" must be left out/)
  })

  it("uses a caller's client and never closes it", async () => {
    const client = new Redis(server.url)
    const bus = createRedisMessageBus({ client })
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await bus.send('q', 1)
    await vi.waitFor(() => expect(seen).toEqual([1]))
    await bus.close()
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  it('takes a client or an address, not both', () => {
    const client = new Redis({ lazyConnect: true })
    expect(() => createRedisMessageBus({ client, redisUrl: server.url })).toThrow(
      '"client" must be given alone',
    )
  })

  it('calls upon the responders of all buses alike', async () => {
    const options = { redisUrl: server.url }
    const buses = Array.from({ length: 4 }, () => createRedisMessageBus(options))
    const [asker, ...responding] = buses as [MessageBus, ...MessageBus[]]
    const answered = new Map<unknown, number>()
    for (const [n, bus] of responding.entries()) await bus.respond('t', () => n)
    for (let n = 0; n < 90; n++) {
      const who = await asker.request('t', null)
      answered.set(who, (answered.get(who) ?? 0) + 1)
    }
    // By chance each has thirty: fewer than ten happens once in a million times.
    for (const n of responding.keys()) expect(answered.get(n)).toBeGreaterThanOrEqual(10)
    await Promise.all(buses.map((bus) => bus.close()))
  })

  it('answers what it was asked before it left, or lets the asker know', async () => {
    const options = { redisUrl: server.url }
    await using asker = createRedisMessageBus(options)
    const slow: unknown[] = []
    for (let round = 0; round < 20; round++) {
      const bus = createRedisMessageBus(options)
      await bus.respond('t', () => 1)
      const asked = Array.from({ length: 5 }, async (_, n) => {
        await sleep(n)
        return asker.request('t', n, { timeoutMs: 1000 }).catch((error: { code: string }) => error.code)
      })
      await sleep(round / 2)
      await bus.close({ drainMs: 5000 })
      for (const answer of await Promise.all(asked))
        if (answer !== 1 && answer !== 'MESSAGE_NO_RESPONDERS') slow.push(answer)
    }
    expect(slow).toEqual([])
  })

  it('keeps namespaces apart, also in their keys', async () => {
    const [a, b] = ['a', 'b'].map((namespace) => createRedisMessageBus({ redisUrl: server.url, namespace }))
    await using busA = a as NonNullable<typeof a>
    await using busB = b as NonNullable<typeof b>
    await busA.send('q}:s:x', 1, { sessionId: '}:meta' })
    await busA.publish('t', 1)
    expect((await busB.queueStatus('q}:s:x')).ready).toBe(0)
    const redis = new Redis(server.url)
    const keys = await redis.keys('*')
    redis.disconnect()
    expect(keys.length).toBeGreaterThan(3)
    for (const key of keys) expect(key).toMatch(/^pawl:\{a:(log|q:q%7D:s:x)\}:/)
    for (const name of ['', 'a b', 'a}', 'a:b', '*'])
      expect(() => new Keys('pawl', name)).toThrow('namespace')
  })

  it('keeps time by the server: a client whose clock is wrong changes nothing', async () => {
    const [early, late] = [-3_600_000, 3_600_000].map((skew) =>
      createRedisMessageBus({
        redisUrl: server.url,
        ports: { now: () => Date.now() + skew },
        dedupMs: 60_000,
      }),
    )
    await using one = early as NonNullable<typeof early>
    await using two = late as NonNullable<typeof late>
    await one.send('q', 'delayed', { delayMs: 400 })
    await one.send('q', 'dear', { ttlMs: 60_000, id: 'd' })
    expect((await two.send('q', 'again', { id: 'd' })).duplicate).toBe(true)
    const seen: [unknown, number][] = []
    await two.consume(
      'q',
      ({ payload, timestamp }) => seen.push([payload, Math.abs(Date.now() - timestamp)]),
      {
        leaseMs: 5000,
      },
    )
    await vi.waitFor(() => expect(seen.map(([payload]) => payload)).toEqual(['dear', 'delayed']), 3000)
    for (const [, off] of seen) expect(off).toBeLessThan(10_000)
  })

  it('puts aside what is no message of ours, and goes on', async () => {
    await using bus = createRedisMessageBus({ ...quiet, redisUrl: server.url })
    await bus.send('q', 1, { sessionId: 's' })
    await bus.send('q', 2, { sessionId: 's' })
    const redis = new Redis(server.url)
    const [first] = await redis.lrange('pawl:{default:q:q}:ready', 0, 0)
    await redis.hset('pawl:{default:q:q}:bodies', (first as string).slice(1, 17), '{"broken')
    redis.disconnect()
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await vi.waitFor(() => expect(seen).toEqual([2]))
    expect((await bus.deadLetters('q')).map(({ reason }) => reason)).toEqual(['rejected'])
  })

  it('leaves nothing behind a queue that is empty but its counters', async () => {
    await using bus = createRedisMessageBus({ redisUrl: server.url })
    for (let n = 0; n < 40; n++) await bus.send('q', n, { sessionId: `s${n}` })
    await bus.consumeOnce('q', () => {}, { concurrency: 20 })
    const redis = new Redis(server.url)
    const keys = (await redis.keys('*')).map((key) =>
      key.replace(/^.*\}/, '').replace(/:(sent|turn):.*/, ':$1'),
    )
    redis.disconnect()
    expect([...new Set(keys)].sort()).toEqual([':meta', ':sent', ':turn'])
  })
})

describe('a bus over Upstash', () => {
  it('sends what is called in one turn of the event loop as one request', async () => {
    await using gateway = await startUpstash({ redisUrl: server.url })
    const { url, token } = gateway
    await using bus = createUpstashMessageBus({ ...quiet, url, token, namespace: randomUUID() })
    await bus.send('warm', 1)
    gateway.resetCounts()
    await Promise.all(Array.from({ length: 8 }, (_, n) => bus.send(`q${n}`, n)))
    expect(gateway.counts().requests).toBe(1)
    gateway.resetCounts()
    const large = 'x'.repeat(300 * 1024)
    await Promise.all(Array.from({ length: 4 }, (_, n) => bus.send(`q${n}`, large)))
    // None of them fits beside another.
    expect(gateway.counts().requests).toBe(4)
  })

  it('asks again when answers are cut in half or refused, and does everything once', async () => {
    await using gateway = await startUpstash({ redisUrl: server.url })
    const { url, token } = gateway
    await using bus = createUpstashMessageBus({ ...quiet, url, token, namespace: randomUUID() })
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload), { leaseMs: 1000 })
    for (let n = 0; n < 10; n++) {
      if (n === 2) gateway.fault({ cut: 'half', times: 2 })
      if (n === 5) gateway.fault({ status: 429, times: 1 })
      if (n === 7) gateway.fault({ status: 503, times: 1 })
      await bus.send('q', n, { sessionId: 's' })
    }
    await vi.waitFor(() => expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 15_000)
    gateway.dropStreams()
    await bus.send('q', 10, { sessionId: 's' })
    await vi.waitFor(() => expect(seen.at(-1)).toBe(10), 10_000)
  })

  it('tells callers what is wrong, without the command or the token', async () => {
    await using gateway = await startUpstash({ redisUrl: server.url })
    await using bus = createUpstashMessageBus({ url: gateway.url, token: 'wrong' })
    const error = (await bus.publish('t', 'secret').catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'MESSAGE_BROKER_REFUSED' })
    expect(error.message).not.toMatch(/secret|wrong/)
  })
})
