import { randomUUID } from 'node:crypto'
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
