import { type RedisServer, startRedis } from '@pawl/testkit/redis'
import { startUpstash } from '@pawl/testkit/upstash'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { MessageBus } from '../index.ts'
import { createUpstashMessageBus } from '../upstash/index.ts'
import { createRedisMessageBus } from './index.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** How long nothing may happen. `npm run faults -- bus-idle` waits a minute. */
const QUIET_MS = 1500

let server: RedisServer
let looking: Redis
beforeAll(async () => {
  server = await startRedis()
  looking = new Redis(server.url)
})
afterAll(async () => {
  looking.disconnect()
  await server.stop()
})

/** Calls since the last reset, by command, without those of looking itself. */
async function calls(): Promise<string[]> {
  const lines = (await looking.info('commandstats')).split('\r\n')
  return lines.filter((line) => line.startsWith('cmdstat_') && !/^cmdstat_(config|info)/.test(line))
}

/** Ten consumers, a subscriber and a responder, each of which has had something to do. */
async function busy(buses: readonly MessageBus[]): Promise<void> {
  const [first] = buses as [MessageBus]
  let done = 0
  // Shorter than the silence: who saw another's lease must not look at its end, when it is long over.
  for (const bus of buses) await bus.consume('q', () => void done++, { leaseMs: 900 })
  await first.subscribe('**', () => {}, { durable: 'audit' })
  await first.respond('r', () => 1)
  for (let n = 0; n < 30; n++) await first.send('q', n, { sessionId: `s${n % 3}` })
  await first.send('q', 'later', { delayMs: 200 })
  await first.publish('t', 1)
  await first.request('r', 1)
  await vi.waitFor(() => expect(done).toBe(31), 10_000)
  await sleep(300)
}

describe('an idle bus', () => {
  it('sends no command to Redis', async () => {
    const buses = Array.from({ length: 10 }, () =>
      createRedisMessageBus({ redisUrl: server.url, namespace: 'idle' }),
    )
    await busy(buses)
    await looking.config('RESETSTAT')
    await sleep(QUIET_MS)
    expect(await calls()).toEqual([])
    await Promise.all(buses.map((bus) => bus.close()))
  })

  it('sends no request to Upstash', async () => {
    await using gateway = await startUpstash({ redisUrl: server.url })
    const { url, token } = gateway
    const buses = Array.from({ length: 10 }, () =>
      createUpstashMessageBus({ url, token, namespace: 'idle-upstash' }),
    )
    await busy(buses)
    gateway.resetCounts()
    await sleep(QUIET_MS)
    expect(gateway.counts()).toEqual({ requests: 0, commands: {} })
    expect(gateway.streams).toBeGreaterThanOrEqual(10)
    await Promise.all(buses.map((bus) => bus.close()))
  })

  it('takes over what a dead consumer held, at its deadline, although nothing else is sent', async () => {
    const options = { redisUrl: server.url, namespace: 'heir' }
    const [dead, heir] = [createRedisMessageBus(options), createRedisMessageBus(options)]
    await using _ = heir
    let held = false
    await dead.consume('q', () => new Promise(() => (held = true)), { leaseMs: 1200 })
    await heir.send('q', 'x')
    await vi.waitFor(() => expect(held).toBe(true))
    const attempts: number[] = []
    await heir.consume('q', ({ attempt }) => attempts.push(attempt))
    await dead.close()
    await inheritsAtTheDeadline(attempts)
  })

  it('takes over what a dead consumer had sent itself, while it waited for work', async () => {
    const options = { redisUrl: server.url, namespace: 'son' }
    const [dead, heir] = [createRedisMessageBus(options), createRedisMessageBus(options)]
    await using _ = heir
    let held = false
    const attempts: number[] = []
    await dead.consume('q', () => new Promise(() => (held = true)), { leaseMs: 1200 })
    await heir.consume('q', ({ attempt }) => attempts.push(attempt))
    await sleep(50)
    await dead.send('q', 'x')
    expect(held).toBe(true)
    await dead.close()
    await inheritsAtTheDeadline(attempts)
  })
})

async function inheritsAtTheDeadline(attempts: readonly number[]): Promise<void> {
  await looking.config('RESETSTAT')
  await sleep(500)
  expect(attempts).toEqual([])
  expect((await calls()).filter((line) => /evalsha/.test(line))).toEqual([])
  await vi.waitFor(() => expect(attempts).toEqual([2]), 2000)
}
