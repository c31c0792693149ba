import { redisUrl } from '@pawl/testkit/redis/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chosenBackend } from './chosen-backend.ts'
import { createMessageBus } from './index.ts'

const UPSTASH = { UPSTASH_REDIS_REST_URL: 'https://u', UPSTASH_REDIS_REST_TOKEN: 't' }

describe('chosenBackend', () => {
  it.each([
    [{}, {}, { kind: 'memory' }],
    [{}, { REDIS_URL: 'redis://r' }, { kind: 'redis', url: 'redis://r' }],
    [{}, { ...UPSTASH, REDIS_URL: 'redis://r' }, { kind: 'upstash', url: 'https://u', token: 't' }],
    [{}, { UPSTASH_REDIS_REST_URL: '', REDIS_URL: '' }, { kind: 'memory' }],
    [{ type: 'memory' }, UPSTASH, { kind: 'memory' }],
    [{ type: 'redis' }, UPSTASH, { kind: 'upstash', url: 'https://u', token: 't' }],
    [{ redisUrl: 'rediss://own' }, UPSTASH, { kind: 'redis', url: 'rediss://own' }],
    [
      { type: 'redis', redisUrl: 'https://own', redisToken: 'x' },
      {},
      { kind: 'upstash', url: 'https://own', token: 'x' },
    ],
  ])('%j with %j is %j', (asked, environment, expected) => {
    expect(chosenBackend(asked, environment)).toEqual(expected)
  })

  it.each([
    [{}, { UPSTASH_REDIS_REST_URL: 'https://u' }, 'UPSTASH_REDIS_REST_TOKEN'],
    [{}, { UPSTASH_REDIS_REST_TOKEN: 't' }, 'UPSTASH_REDIS_REST_URL'],
    [{ redisUrl: 'https://u' }, {}, 'redisToken'],
    [{ redisToken: 't' }, { REDIS_URL: 'redis://r' }, 'redisUrl'],
    [{ redisUrl: 'amqp://r' }, {}, 'redisUrl'],
    [{ type: 'redis' }, {}, 'REDIS_URL'],
    [{ type: 'upstash' }, { REDIS_URL: 'redis://r' }, 'UPSTASH_REDIS_REST_URL'],
    [{ redisUrl: 'http://u' }, {}, 'redis://'],
    [{ type: 'pigeon' }, {}, 'pigeon'],
  ])('%j with %j is an error that names %s', (asked, environment, name) => {
    expect(() => chosenBackend(asked, environment)).toThrow(name)
  })
})

describe('createMessageBus', () => {
  afterEach(() => vi.restoreAllMocks())

  it.each([null, 5, []])('refuses %j as configuration', (config) => {
    expect(() => createMessageBus(config as never)).toThrow(/"config" must be an object/)
  })

  it('loads Redis when it is first used', async () => {
    await using bus = createMessageBus({ redisUrl: redisUrl(), namespace: `late-${Date.now()}` })
    expect(bus.kind).toBe('redis')
    const seen: unknown[] = []
    const consumed = bus.consume('q', ({ payload }) => seen.push(payload))
    await Promise.all([1, 2].map((n) => bus.send('q', n, { sessionId: 's' })))
    await consumed
    await vi.waitFor(() => expect(seen).toEqual([1, 2]))
    expect(await bus.healthCheck()).toMatchObject({ healthy: true, kind: 'redis', detail: '' })
  })

  it('fails with a typed error when Redis is away, and is not healthy', async () => {
    await using bus = createMessageBus({ redisUrl: 'redis://127.0.0.1:1' })
    await expect(bus.publish('t', 1)).rejects.toMatchObject({
      code: 'MESSAGE_BROKER_UNAVAILABLE',
      retriable: true,
      message: 'Redis at 127.0.0.1:1 cannot be used now: connect ECONNREFUSED 127.0.0.1:1. Try again later.',
    })
    expect((await bus.healthCheck()).healthy).toBe(false)
  })

  it('falls back to memory when it may, and says so', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using bus = createMessageBus({ redisUrl: 'redis://127.0.0.1:1', fallback: 'memory' })
    const events: unknown[] = []
    await bus.subscribe('bus:*', ({ topic }) => events.push(topic), { from: 'start' })
    await vi.waitFor(() => expect(events).toEqual(['bus:fallback']))
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('Fell back to memory'), 'MessageBusWarning')
    const health = await bus.healthCheck()
    expect(health).toMatchObject({ healthy: true, kind: 'memory' })
    expect(health.detail).toContain('Fell back to memory')
  })

  it('refuses options that make no sense, before anything is opened', () => {
    expect(() => createMessageBus({ fallback: 'retry' as never })).toThrow('fallback')
    expect(() => createMessageBus({ redisUrl: 'redis://r', maxEvents: 0 })).toThrow('maxEvents')
    expect(() => createMessageBus({ redisUrl: 'redis://r', namespace: 'a}b' })).toThrow('namespace')
  })
})
