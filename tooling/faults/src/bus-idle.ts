import { createRedisMessageBus } from '@pawl/message-bus/redis'
import { createUpstashMessageBus } from '@pawl/message-bus/upstash'
import { startRedis } from '@pawl/testkit/redis'
import { startUpstash } from '@pawl/testkit/upstash'
import { Redis } from 'ioredis'
import type { FaultOptions, FaultReport } from './fault.ts'

const CONSUMERS = 10

/** Ten consumers that have nothing to do: what they ask of Redis and of Upstash. A round is ten seconds. */
export async function run({ rounds, print }: FaultOptions): Promise<FaultReport> {
  const violations: string[] = []
  await using server = await startRedis()
  await using gateway = await startUpstash({ redisUrl: server.url })
  const redis = new Redis(server.url)
  const tcp = { redisUrl: server.url, namespace: 'tcp' }
  const https = { url: gateway.url, token: gateway.token, namespace: 'https' }
  const buses = [
    ...Array.from({ length: CONSUMERS }, () => createRedisMessageBus(tcp)),
    ...Array.from({ length: CONSUMERS }, () => createUpstashMessageBus(https)),
  ]
  for (const bus of buses) await bus.consume('work', () => {})
  await buses[0]?.send('work', 1)
  await buses.at(-1)?.send('work', 1)
  await sleep(1_000)
  await redis.config('RESETSTAT')
  gateway.resetCounts()
  await sleep(rounds * 10_000)
  const asked = (await redis.info('commandstats'))
    .split('\r\n')
    .filter((line) => line.startsWith('cmdstat_') && !line.startsWith('cmdstat_config'))
  const { requests } = gateway.counts()
  print(
    `${rounds * 10} s, ${CONSUMERS} consumers on each: ${asked.length} kinds of commands at Redis, ${requests} requests at Upstash, ${gateway.streams} open streams`,
  )
  for (const line of asked) violations.push(`Redis was asked: ${line}`)
  if (requests > 0) violations.push(`Upstash was asked ${requests} times`)
  for (const bus of buses) await bus.close()
  redis.disconnect()
  return { violations }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
