import { randomUUID } from 'node:crypto'
import { startCutProxy } from '@pawl/testkit/cut-proxy'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { startUpstash } from '@pawl/testkit/upstash'
import { expect, it, vi } from 'vitest'
import { isTurn, sleep, watchedClient } from '../../test/watched-client.ts'
import { createUpstashMessageBus, openUpstashBroker } from '../upstash/index.ts'
import { createRedisMessageBus } from './index.ts'

const quiet = { onHandlerError: () => {} }

it('does the rest of a batch after an acknowledgement that was done and not answered', async () => {
  let lose = false
  const client = watchedClient(redisUrl(), async (call, make) => {
    const answer = await make()
    if (!lose || !isTurn(call)) return answer
    lose = false
    throw new Error('Connection is closed.')
  })
  const bus = createRedisMessageBus({ ...quiet, client, namespace: randomUUID() })
  for (const n of [0, 1, 2, 3]) await bus.send('q', n, { sessionId: 's', backoff: { firstMs: 10 } })
  const seen: unknown[] = []
  await bus.consume(
    'q',
    async ({ payload, attempt }) => {
      seen.push(payload)
      if (payload === 0) lose = true
      if (payload !== 1 || attempt > 1) return
      await vi.waitFor(() => expect(lose).toBe(false))
      throw new Error('again')
    },
    { batchSize: 2 },
  )
  await vi.waitFor(() => expect(seen).toEqual([0, 1, 1, 2, 3]), 5000)
  await bus.close()
  client.disconnect()
})

it('gives back what a turn took whose answer was lost, however many tries after it did not arrive', async () => {
  let failing = 0
  const client = watchedClient(redisUrl(), async (call, make) => {
    if (!isTurn(call) || failing === 0) return make()
    failing--
    if (failing === 3) await make()
    throw new Error('connect ECONNREFUSED')
  })
  const namespace = randomUUID()
  const bus = createRedisMessageBus({ ...quiet, client, namespace })
  await bus.send('q', 1, { maxAttempts: 1 })
  failing = 4
  const seen: unknown[] = []
  await bus.consume('q', ({ payload }) => seen.push(payload), { leaseMs: 60_000 })
  await vi.waitFor(() => expect(seen).toEqual([1]), 10_000)
  expect(await bus.deadLetters('q')).toEqual([])
  await bus.close()
  client.disconnect()
})

it('asks once, and counts what it put back, when the answer to that was cut', async () => {
  await using gateway = await startUpstash({ redisUrl: redisUrl() })
  const options = { ...quiet, url: gateway.url, token: gateway.token, namespace: randomUUID() }
  await using bus = createUpstashMessageBus(options)
  let asked = 0
  await bus.respond('t', () => ++asked)
  await bus.request('t', null)
  gateway.fault({ cut: 'half', times: 1 })
  expect(await bus.request('t', null)).toBe(2)
  await sleep(200)
  expect(asked).toBe(2)

  await bus.send('q', 1, { maxAttempts: 1 })
  await bus.consumeOnce('q', () => Promise.reject(new Error('no')))
  const broker = openUpstashBroker(options)
  const [letter] = await broker.deadLetters('q')
  // The script is known from now on: the next call is one request.
  expect(await broker.replay('q', [{ key: '1-1', delayMs: 0 }])).toBe(0)
  gateway.fault({ cut: 'half', times: 1 })
  expect(await broker.replay('q', [{ key: letter?.key as string, delayMs: 0 }])).toBe(1)
  await broker.close()
})

it('gives back what several calls took side by side whose answers were lost', async () => {
  let losing = 0
  const client = watchedClient(redisUrl(), async (call, make) => {
    const answer = await make()
    if (!isTurn(call) || losing === 0) return answer
    losing--
    await sleep(50)
    throw new Error('Connection is closed.')
  })
  const bus = createRedisMessageBus({ ...quiet, client, namespace: randomUUID() })
  for (let n = 0; n < 4; n++) await bus.send('q', n, { maxAttempts: 1 })
  await bus.queueStatus('q')
  losing = 4
  const seen: unknown[] = []
  const once = () => bus.consumeOnce('q', ({ payload }) => seen.push(payload), { leaseMs: 60_000 })
  await Promise.allSettled([once(), once(), once(), once()])
  await once()
  expect(seen.sort()).toEqual([0, 1, 2, 3])
  await bus.close()
  client.disconnect()
})

it('gives back what was claimed for a consumer that was paused meanwhile, however often that fails', async () => {
  let answersAfterMs = 0
  let failing = 0
  const client = watchedClient(redisUrl(), async (call, make) => {
    if (isTurn(call) && failing > 0) {
      failing--
      throw new Error('Connection is closed.')
    }
    const answer = await make()
    if (isTurn(call)) await sleep(answersAfterMs)
    return answer
  })
  const namespace = randomUUID()
  const bus = createRedisMessageBus({ ...quiet, client, namespace })
  await using other = createRedisMessageBus({ ...quiet, redisUrl: redisUrl(), namespace })
  const seen: unknown[] = []
  const consumer = await bus.consume('q', ({ attempt }) => seen.push(attempt), { leaseMs: 60_000 })
  await sleep(50)
  answersAfterMs = 50
  await other.send('q', 1, { maxAttempts: 1 })
  await sleep(30)
  failing = 2
  consumer.pause()
  await sleep(100)
  answersAfterMs = 0
  consumer.resume()
  await vi.waitFor(() => expect(seen).toEqual([1]), 5000)
  await bus.close()
  client.disconnect()
})

it('asks once over TCP too, though the driver makes calls again', async () => {
  await using proxy = await startCutProxy({ target: redisUrl() })
  const namespace = randomUUID()
  await using responder = createRedisMessageBus({ ...quiet, redisUrl: redisUrl(), namespace })
  await using asker = createRedisMessageBus({ ...quiet, redisUrl: proxy.urlFor(redisUrl()), namespace })
  let asked = 0
  await responder.respond('t', () => ++asked)
  await asker.request('t', 'first')
  const cut = proxy.cutAfterRequest({ containing: 'the-question' })
  expect(await asker.request('t', 'the-question', { timeoutMs: 5000 })).toBe(2)
  await cut.happened
  await sleep(300)
  expect(asked).toBe(2)
})
