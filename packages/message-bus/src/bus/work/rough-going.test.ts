import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { startUpstash } from '@pawl/testkit/upstash'
import { Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'
import { isTurn, sleep, watchedClient } from '../../../test/watched-client.ts'
import { createMessageBus, type MessageBus } from '../../index.ts'
import { createRedisMessageBus } from '../../redis/index.ts'
import { createUpstashMessageBus } from '../../upstash/index.ts'

const quiet = { onHandlerError: () => {} }
const onRedis = (options: object = {}): MessageBus =>
  createRedisMessageBus({ ...quiet, redisUrl: redisUrl(), namespace: randomUUID(), ...options })

describe('consumers of one bus with different leases', () => {
  it('get only what was claimed with their own', async () => {
    let answersAfterMs = 0
    const client = watchedClient(redisUrl(), async (call, make) => {
      const answer = await make()
      if (isTurn(call)) await sleep(answersAfterMs)
      return answer
    })
    const namespace = randomUUID()
    await using sender = onRedis({ namespace })
    const bus = createRedisMessageBus({ ...quiet, client, namespace })
    const begun: string[] = []
    const noted = (name: string) => async () => {
      begun.push(name)
      await sleep(700)
    }
    const short = await bus.consume('q', noted('short'), { leaseMs: 300 })
    await bus.consume('q', noted('long'), { leaseMs: 60_000 })
    await sleep(100)
    answersAfterMs = 100
    await sender.send('q', 1)
    await sleep(50)
    // Its claim is under way. What it brings is not for the other one, who would hold it longer than it is leased.
    short.pause()
    await vi.waitFor(
      async () => expect(await sender.queueStatus('q')).toMatchObject({ ready: 0, leased: 0 }),
      {
        timeout: 5000,
      },
    )
    expect(begun).toHaveLength(1)
    await bus.close()
    client.disconnect()
  })
})

describe('consumeOnce', () => {
  it('takes no more than it may, whatever the batches', async () => {
    await using bus = createMessageBus('memory')
    for (let n = 0; n < 6; n++) await bus.send('q', n, { sessionId: `s${n % 2}` })
    const options = { concurrency: 2, batchSize: 3, maxMessages: 5 }
    expect(await bus.consumeOnce('q', () => {}, options)).toEqual({ done: 5, failed: 0 })
  })

  it('acknowledges more than fits into one call', async () => {
    await using bus = onRedis()
    await Promise.all(Array.from({ length: 9000 }, (_, n) => bus.send('q', n, { sessionId: `s${n % 90}` })))
    const options = { concurrency: 90, batchSize: 100 }
    expect(await bus.consumeOnce('q', () => {}, options)).toEqual({ done: 9000, failed: 0 })
  }, 30_000)
})

describe('work that fails', () => {
  it('reaches another process after its backoff, not when its lease would have ended', async () => {
    const namespace = randomUUID()
    await using a = onRedis({ namespace, backoffMs: 50 })
    await using b = onRedis({ namespace })
    await a.send('q', 1)
    let fail: (() => void) | undefined
    const first = await a.consume(
      'q',
      () => new Promise((_, reject) => (fail = () => reject(new Error('no')))),
    )
    await vi.waitFor(() => expect(fail).toBeDefined())
    const seen: unknown[] = []
    await b.consume('q', ({ attempt }) => seen.push(attempt))
    await sleep(100)
    const drained = first.drain()
    fail?.()
    await drained
    await vi.waitFor(() => expect(seen).toEqual([2]), 3000)
  })

  it('may be tried more than a thousand times without a pause', async () => {
    await using bus = onRedis({ backoffMs: 0 })
    let attempts = 0
    await bus.send('q', 1, { maxAttempts: 1100 })
    await bus.consume('q', () => {
      attempts++
      throw new Error('not yet')
    })
    await vi.waitFor(async () => expect(await bus.deadLetters('q')).toHaveLength(1), 15_000)
    expect(attempts).toBe(1100)
  }, 20_000)
})

describe('what a bus leaves behind', () => {
  it('is no consumer, on Redis and on Upstash', async () => {
    await using gateway = await startUpstash({ redisUrl: redisUrl() })
    const namespace = randomUUID()
    const { url, token } = gateway
    for (const bus of [onRedis({ namespace }), createUpstashMessageBus({ url, token, namespace })]) {
      await bus.consume('q', () => {})
      await bus.close()
    }
    const raw = new Redis(redisUrl())
    expect(await raw.hlen(`pawl:{${namespace}:q:q}:consumers`)).toBe(0)
    raw.disconnect()
  })

  it('is no id that is remembered longer than ids are', async () => {
    const namespace = randomUUID()
    await using bus = onRedis({ namespace, dedupMs: 200 })
    await bus.send('q', 1, { id: 'x' })
    await bus.publish('t', 1, { id: 'x' })
    const raw = new Redis(redisUrl())
    await vi.waitFor(async () => expect(await raw.keys(`pawl:{${namespace}:*:ids`)).toEqual([]), 2000)
    raw.disconnect()
  })

  it('is no id that another bus forgets earlier', async () => {
    const namespace = randomUUID()
    await using long = onRedis({ namespace })
    await using short = onRedis({ namespace, dedupMs: 100 })
    for (const [bus, id] of [
      [long, 'a'],
      [short, 'b'],
    ] as const) {
      await bus.send('q', 1, { id })
      await bus.publish('t', 1, { id })
    }
    await sleep(200)
    expect((await long.send('q', 1, { id: 'a' })).duplicate).toBe(true)
    expect((await long.publish('t', 1, { id: 'a' })).duplicate).toBe(true)
  })

  it('is no drain that waits for ever', async () => {
    let answersAfterMs = 0
    const client = watchedClient(redisUrl(), async (_, make) => {
      const answer = await make()
      await sleep(answersAfterMs)
      return answer
    })
    const bus = createRedisMessageBus({ ...quiet, client, namespace: randomUUID() })
    let end: (() => void) | undefined
    const consumer = await bus.consume('q', () => new Promise<void>((resolve) => (end = resolve)))
    await bus.send('q', 1)
    await vi.waitFor(() => expect(end).toBeDefined())
    answersAfterMs = 300
    const drained = consumer.drain()
    void consumer.close()
    end?.()
    await sleep(50)
    await bus.close()
    await drained
    client.disconnect()
  })
})

describe.each([
  ['characters', { maxQueueChars: 3000 }],
  ['messages', { maxQueueDepth: 3 }],
])('a queue that is full of %s', (_, limit) => {
  it.each([['memory'], ['redis']])('lets go of the process while it waits (%s)', async (kind) => {
    const options = { ...quiet, ...limit, whenFull: 'wait' } as const
    await using bus = kind === 'memory' ? createMessageBus({ type: 'memory', ...options }) : onRedis(options)
    let handled = 0
    await bus.consume(
      'q',
      async () => {
        handled++
        await sleep(1)
      },
      { concurrency: 4 },
    )
    const sent = Array.from({ length: 30 }, () => bus.send('q', 'x'.repeat(900), { sessionId: 'one' }))
    await Promise.all(sent)
    await vi.waitFor(() => expect(handled).toBe(30))
  })
})

it('sends when what was in the way has expired, though nobody consumes', async () => {
  await using bus = createMessageBus({ type: 'memory', whenFull: 'wait', maxQueueDepth: 1 })
  await bus.send('q', 1, { ttlMs: 100 })
  await bus.send('q', 2)
  expect((await bus.queueStatus('q')).ready).toBe(1)
})
