import { randomUUID } from 'node:crypto'
import { type RedisServer, startRedis } from '@pawl/testkit/redis'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../test/watched-client.ts'
import type { MessageBus } from '../index.ts'
import { createRedisMessageBus } from './index.ts'

let server: RedisServer
let raw: Redis
let a: MessageBus
let b: MessageBus
beforeEach(async () => {
  server = await startRedis()
  raw = new Redis(server.url).on('error', () => {})
  const options = { redisUrl: server.url, namespace: randomUUID(), onHandlerError: () => {} }
  a = createRedisMessageBus(options)
  b = createRedisMessageBus(options)
})
afterEach(async () => {
  await Promise.all([a.close(), b.close()])
  raw.disconnect()
  await server.stop()
})

/** The connections at which the buses hear are gone, while those for calls go on. */
const deafen = (): Promise<unknown> => raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
const forgetAll = async (): Promise<void> => {
  await server.kill()
  await server.start()
}

describe('a bus that heard nothing for a moment', () => {
  it('answers again, and counts as a consumer again', async () => {
    await a.respond('t', () => 'pong')
    await a.consume('q', () => {})
    await deafen()
    // Whoever asks in this moment finds nobody, and strikes the absent off.
    await b.request('t', 1).catch(() => {})
    await b.queueStatus('q')
    await vi.waitFor(async () => expect(await b.request('t', 1)).toBe('pong'), 5000)
    await vi.waitFor(async () => expect((await b.queueStatus('q')).consumers).toBe(1), 5000)
  })
})

describe('a bus whose server came back without its data', () => {
  it('works, and then asks for nothing any more', async () => {
    const seen: unknown[] = []
    await a.consume('q', ({ payload }) => seen.push(payload))
    for (let n = 0; n < 50; n++) await b.send('q', n)
    await vi.waitFor(() => expect(seen).toHaveLength(50))
    await forgetAll()
    await vi.waitFor(() => b.send('q', 'after'), 10_000)
    await vi.waitFor(() => expect(seen.at(-1)).toBe('after'), 10_000)
    await sleep(500)
    await raw.config('RESETSTAT')
    await sleep(500)
    expect(await raw.info('commandstats')).not.toContain('evalsha')
  })

  it('hears of new work though the server was emptied under it', async () => {
    const seen: unknown[] = []
    await a.consume('q', ({ payload }) => seen.push(payload))
    for (let n = 0; n < 20; n++) await b.send('q', n)
    await vi.waitFor(() => expect(seen).toHaveLength(20))
    await raw.flushall()
    for (let n = 20; n < 23; n++) await b.send('q', n)
    await vi.waitFor(() => expect(seen).toHaveLength(23))
  })

  it('answers questions, and keeps the places of durable subscriptions', async () => {
    const seen: unknown[] = []
    await a.respond('t', () => 'pong')
    const gaps: unknown[] = []
    const subscription = await a.subscribe(
      't',
      ({ payload }, { gap }) => {
        if (gap) gaps.push(gap.missed)
        seen.push(payload)
      },
      { durable: 'd' },
    )
    for (let n = 0; n < 20; n++) await b.publish('t', n)
    await vi.waitFor(() => expect(seen).toHaveLength(20))
    await forgetAll()
    await vi.waitFor(async () => expect(await b.request('t', 1, { timeoutMs: 1000 })).toBe('pong'), 10_000)
    await b.publish('t', 'after')
    await vi.waitFor(() => expect(seen.at(-1)).toBe('after'), 10_000)
    // Nobody can say what else the server had.
    expect(gaps).toEqual([null])
    await vi.waitFor(async () => expect(await raw.keys('*:places')).toHaveLength(1))
    await subscription.close()
    await b.publish('t', 'meanwhile')
    await a.subscribe('t', ({ payload }) => seen.push(payload), { durable: 'd' })
    await vi.waitFor(() => expect(seen.at(-1)).toBe('meanwhile'))
  })
})
