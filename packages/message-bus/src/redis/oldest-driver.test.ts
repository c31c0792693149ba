import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { Redis } from 'ioredis-5'
import { afterAll, describe, it } from 'vitest'
import { realBench } from '../../test/redis-bench.ts'
import { messageBusConformance } from '../conformance/index.ts'
import { createRedisMessageBus, type RedisClient } from './index.ts'

/** Two things at once: the oldest version that is promised, and an option that makes texts of numbers. */
const client = new Redis(redisUrl(), { stringNumbers: true }) as unknown as RedisClient
afterAll(() => client.disconnect())

describe("a caller's client of the oldest ioredis", () => {
  messageBusConformance({ describe, it }, async (settings = {}) =>
    realBench(createRedisMessageBus({ ...settings, client, namespace: randomUUID() })),
  )
})
